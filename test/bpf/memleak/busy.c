/* Keeps eight small blocks a millisecond, and hands out and takes back four hundred others
 * meanwhile. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *volatile last;

__attribute__((noinline)) void keeps_small(void)
{
	last = malloc(512);
	memset(last, 1, 512);
}

__attribute__((noinline)) void churns(void)
{
	void *block = malloc(100);

	memset(block, 1, 100);
	free(block);
}

int main(void)
{
	for (;;) {
		for (int i = 0; i < 8; i++)
			keeps_small();
		for (int i = 0; i < 400; i++)
			churns();
		usleep(1000);
	}
}
