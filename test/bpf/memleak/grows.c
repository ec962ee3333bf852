/* Small blocks that are never given back. */
#include <stdlib.h>
#include <string.h>

#include "waits.h"

int main(void)
{
	wait_for_go();
	for (;;) {
		for (int i = 0; i < 400; i++) {
			char *block = malloc(120);
			memset(block, 1, 120);
			__asm__ volatile("" ::"r"(block) : "memory");
		}
		usleep(10000);
	}
}
