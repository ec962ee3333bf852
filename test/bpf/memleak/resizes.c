/* A hundred call sites that hold the same: blocks of many sizes, half of them by a realloc of
 * nothing, which is malloc by a jump; a third is freed, and a third resized. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BLOCKS = 600 };

static void *volatile kept[BLOCKS];
/* Where the compiler sees it, it calls malloc. */
static void *volatile nothing;
static size_t held;

__attribute__((always_inline)) static inline void holds(void)
{
	held = 0;
	for (int i = 0; i < BLOCKS; i++) {
		size_t bytes = 16 + (size_t)i * 7919 % 2000;
		kept[i] = i % 2 ? malloc(bytes) : realloc(nothing, bytes);
		held += i % 3 == 0 ? 0 : i % 3 == 1 ? bytes * 2 : bytes;
		/* By the same function, so that all of it is one function's. */
		if (i % 3 == 0)
			free(kept[i]);
		else if (i % 3 == 1)
			kept[i] = realloc(kept[i], bytes * 2);
	}
}

/* Its formatter moves one more line of these at each pass. */
/* clang-format off */
#define ONE(n)                                                   \
	__attribute__((noinline)) static void site_##n(void)     \
	{                                                        \
		holds();                                         \
		__asm__ volatile("" ::"i"(n));                   \
	}
#define TEN(n)                                                   \
	ONE(n##0) ONE(n##1) ONE(n##2) ONE(n##3) ONE(n##4)        \
	ONE(n##5) ONE(n##6) ONE(n##7) ONE(n##8) ONE(n##9)
TEN(1) TEN(2) TEN(3) TEN(4) TEN(5) TEN(6) TEN(7) TEN(8) TEN(9) TEN(10)

#define CALL(n) site_##n,
#define CALLS(n)                                                 \
	CALL(n##0) CALL(n##1) CALL(n##2) CALL(n##3) CALL(n##4)   \
	CALL(n##5) CALL(n##6) CALL(n##7) CALL(n##8) CALL(n##9)
static void (*const sites[])(void) = {
	CALLS(1) CALLS(2) CALLS(3) CALLS(4) CALLS(5)
	CALLS(6) CALLS(7) CALLS(8) CALLS(9) CALLS(10)
};
/* clang-format on */

int main(void)
{
	for (size_t i = 0; i < sizeof(sites) / sizeof(sites[0]); i++)
		sites[i]();
	printf("%zu\n", held);
	fflush(stdout);
	return pause();
}
