/* A program of 32 bits that keeps a mapping every 20 ms; without a libc, which few machines have
 * for it. */
enum { MMAP2 = 192, NANOSLEEP = 162, BYTES = 1 << 20 };

static long call(long number, long a, long b, long c, long d, long e)
{
	long result;

	__asm__ volatile("push %%ebp; xor %%ebp, %%ebp; int $0x80; pop %%ebp"
			 : "=a"(result)
			 : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "memory");
	return result;
}

__attribute__((noinline)) void maps_and_keeps(void)
{
	/* Readable and writable; private and nobody's file. */
	volatile char *at = (volatile char *)call(MMAP2, 0, BYTES, 3, 0x22, -1);

	for (int i = 0; i < BYTES; i += 4096)
		at[i] = 1;
}

void _start(void)
{
	long moment[2] = { 0, 20000000 };

	for (;;) {
		maps_and_keeps();
		call(NANOSLEEP, (long)moment, 0, 0, 0, 0);
	}
}
