/* A caller without a frame pointer, as most code is: no two walks of its stack agree. */
#include "workloads.h"

#include <stdlib.h>

enum { WORDS = 1 << 16 };

/* What a walk takes for frames: readable, and never the same. */
static uint64_t words[WORDS];

/* malloc with this in the register that would point to the frame. */
void *malloc_with(size_t bytes, const uint64_t *frame);

__asm__(".text\n"
	".globl malloc_with\n"
	".type malloc_with, %function\n"
	"malloc_with:\n"
#if defined(__x86_64__)
	"push %rbp\n"
	"mov %rsi, %rbp\n"
	"call malloc@PLT\n"
	"pop %rbp\n"
#elif defined(__aarch64__)
	"stp x29, x30, [sp, -16]!\n"
	"mov x29, x1\n"
	"bl malloc\n"
	"ldp x29, x30, [sp], 16\n"
#endif
	"ret\n"
	".size malloc_with, . - malloc_with\n");

void frameless(void)
{
	uint64_t random = 5;

	/* Pairs: where the next frame is, and what would be the return address. */
	for (size_t i = 0; i < WORDS; i += 2) {
		words[i] = (uint64_t)&words[next(&random) % WORDS & ~1ul];
		words[i + 1] = 0x550000000000 + (next(&random) >> 25);
	}
	for (size_t i = 0; i < count; i++)
		enter(&ledger->entries[i], malloc_with(100, &words[next(&random) % WORDS & ~1ul]),
		      100);
}
