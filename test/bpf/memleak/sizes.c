/* From its first instruction on: 500 blocks of 16 bytes, and 10 of 100000, by one function; then it
 * waits. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *volatile kept[510];

__attribute__((noinline)) void keeps(int i, size_t bytes)
{
	kept[i] = malloc(bytes);
}

__attribute__((constructor)) void before_main(void)
{
	for (int i = 0; i < 510; i++)
		keeps(i, i < 500 ? 16 : 100000);
}

int main(int count, char **arguments)
{
	puts(count > 1 ? arguments[1] : "kept");
	fflush(stdout);
	sleep(count > 2 ? (unsigned)atoi(arguments[2]) : 60);
	return 0;
}
