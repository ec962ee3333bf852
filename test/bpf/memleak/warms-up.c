/* A healthy program: once told, it fills what it needs by malloc and touches all of it, 24 MiB in
   blocks of all sizes, and then allocates and frees. With an argument it has done so before it is
   told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCKS = 6000, MOST = 8192 };

static void *volatile kept[BLOCKS];

__attribute__((noinline)) void warms_up(void)
{
	for (int i = 0; i < BLOCKS; i++) {
		size_t bytes = 16 + (size_t)i * 7919 % MOST;
		kept[i] = malloc(bytes);
		memset((void *)kept[i], 1, bytes);
	}
}

__attribute__((noinline)) void works(void)
{
	void *block = malloc(1000);

	memset(block, 1, 1000);
	free(block);
}

int main(int count, char **arguments)
{
	(void)arguments;
	if (count > 1)
		warms_up();
	puts("ready");
	fflush(stdout);
	getchar();
	if (count == 1)
		warms_up();
	puts("kept");
	fflush(stdout);
	for (;;) {
		works();
		usleep(1000);
	}
}
