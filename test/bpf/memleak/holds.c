/* Holds fifty blocks of any size, each of them now and then another one; with an argument it takes
 * one after another, and never frees. */
#include <stdlib.h>
#include <unistd.h>

#define HELD 50

static char *volatile held[HELD];

__attribute__((noinline)) void renews(int i)
{
	free(held[i]);
	held[i] = malloc(16 + (size_t)rand() % 20000);
}

__attribute__((noinline)) void keeps(int i)
{
	held[i % HELD] = malloc(3000);
}

int main(int argc, char **argv)
{
	(void)argv;
	for (int i = 0; argc < 2 && i < HELD; i++)
		renews(i);
	for (int i = 0; i < 1000000; i++) {
		if (argc < 2)
			renews(rand() % HELD);
		else
			keeps(i);
		usleep(500);
	}
	return 0;
}
