/* An allocator of its own, as a library: it hands out, and takes nothing back. */
#include <stddef.h>

static _Alignas(16) char room[1 << 24];
static size_t used;

void *malloc(size_t bytes)
{
	size_t at = __atomic_fetch_add(&used, (bytes + 15) & ~(size_t)15, __ATOMIC_RELAXED);

	return at + bytes <= sizeof(room) ? room + at : NULL;
}

void free(void *block)
{
	(void)block;
}
