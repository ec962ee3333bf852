/* One caller of malloc, without frame pointers; where one would be lies another word each time. */
#include <stdint.h>
#include <stdlib.h>

#include "waits.h"

static void *volatile kept;

__attribute__((noinline)) void keeps(void)
{
	kept = malloc(100);
}

__attribute__((noinline)) static void works(uint64_t word)
{
	volatile uint64_t fake[2] = { 0, word };

	__asm__ volatile("mov %0, %%rbp\n\tcall keeps" ::"r"(fake)
			 : "rbp", "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11",
			   "memory");
}

int main(void)
{
	uint64_t *data = calloc(20000, sizeof(*data));

	wait_for_go();
	/* Nowhere, and in memory that is no code. */
	for (uint64_t i = 0; data && i < 20000; i++)
		works(i % 2 ? 0x100000 + i * 64 : (uint64_t)(uintptr_t)&data[i]);
	say_done();
	return 0;
}
