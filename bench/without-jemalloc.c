/* In libjemalloc's place: redis as Debian builds it then uses libc's malloc, for all to probe. */
#include <errno.h>
#include <stddef.h>

int mallctl(const char *name, void *old, size_t *old_length, void *new, size_t new_length);
void malloc_stats_print(void (*write)(void *, const char *), void *to, const char *options);
size_t nallocx(size_t size, int flags);

int mallctl(const char *name, void *old, size_t *old_length, void *new, size_t new_length)
{
	(void)name, (void)old, (void)old_length, (void)new, (void)new_length;
	return ENOENT;
}

void malloc_stats_print(void (*write)(void *, const char *), void *to, const char *options)
{
	(void)write, (void)to, (void)options;
}

size_t nallocx(size_t size, int flags)
{
	(void)flags;
	return size;
}
