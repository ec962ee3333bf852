/* Prints where it was called from, as a stack has it. */
#include <stdio.h>

__attribute__((noinline, noclone, unused)) static void tell_caller(void)
{
	printf("%p\n", __builtin_return_address(0));
	fflush(stdout);
}
/* What follows keeps the call from being the last thing, and so a jump. */
#define TELL()                                                                                     \
	do {                                                                                       \
		tell_caller();                                                                     \
		__asm__ volatile("");                                                              \
	} while (0)
