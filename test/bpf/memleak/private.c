/* A library with an allocator linked into it, whose malloc nobody outside can call. */
#include <stddef.h>

static char pool[1 << 20];
static size_t at;

__attribute__((noinline, visibility("hidden"))) void *malloc(size_t bytes)
{
	void *block = pool + at % (sizeof(pool) / 2);

	at += (bytes + 15) & ~(size_t)15;
	return block;
}

__attribute__((noinline, visibility("hidden"))) void free(void *block)
{
	__asm__ volatile("" ::"r"(block));
}

void *takes_from_its_own(void)
{
	void *block = malloc(64);

	free(block);
	return block;
}
