/* Keeps ten blocks, and ends at once. */
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
	usleep(50000);
	return 0;
}
