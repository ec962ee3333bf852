/* A name of more than 15 bytes is cut by the kernel, here in the middle of a letter. Keeps ten
 * blocks. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

static void *volatile kept[10];

__attribute__((noinline)) void keeps(int i)
{
	kept[i] = malloc(1000);
}

int main(void)
{
	prctl(PR_SET_NAME, "a메모리누수", 0, 0, 0);
	puts("ready");
	fflush(stdout);
	getchar();
	for (int i = 0; i < 10; i++)
		keeps(i);
	return pause();
}
