/* Keeps ten blocks, and ends in a moment: on a busy machine nobody else has had its turn sooner. */
#include <stdlib.h>
#include <unistd.h>

static void *volatile kept;

__attribute__((noinline)) void keeps(void)
{
	kept = malloc(1000);
}

int main(void)
{
	for (int i = 0; i < 10; i++)
		keeps();
	usleep(300000);
	return 0;
}
