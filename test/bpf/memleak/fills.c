/* A cache of a hundred entries of 1 MiB that is full after five seconds: each new one takes the
 * place of the oldest. */
#include <stdlib.h>
#include <string.h>

#include "waits.h"

#define ENTRIES 100

static void *cache[ENTRIES];

__attribute__((noinline)) static void put(int i)
{
	free(cache[i % ENTRIES]);
	cache[i % ENTRIES] = malloc(1 << 20);
	memset(cache[i % ENTRIES], 1, 1 << 20);
}

int main(void)
{
	wait_for_go();
	for (int i = 0;; i++) {
		put(i);
		usleep(50000);
	}
}
