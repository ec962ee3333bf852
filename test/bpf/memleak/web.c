/*
 * Blocks that point at one another as it is told: "COUNT", then "FROM TO" a line, FROM -1 for a
 * global of ours, and an empty end. A line for each block, "ADDRESS BYTES", then an empty one, and
 * then it waits.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define MOST 256
#define PLACES 16

void *roots[MOST * PLACES];
static void **blocks[MOST];
static int used[MOST], rooted;

__attribute__((noinline)) static int weave(void)
{
	int count, from, to;

	if (scanf("%d", &count) != 1 || count > MOST)
		return 1;
	for (int i = 0; i < count; i++) {
		blocks[i] = calloc(PLACES, sizeof(void *));
		printf("%p %zu\n", (void *)blocks[i], PLACES * sizeof(void *));
	}
	while (scanf("%d %d", &from, &to) == 2) {
		/* Every other pointer leads into its block. */
		char *at = (char *)blocks[to] + (to % 2 ? 40 : 0);
		if (from < 0)
			roots[rooted++] = at;
		else
			blocks[from][used[from]++] = at;
	}
	memset(blocks, 0, sizeof(blocks));
	return 0;
}

__attribute__((noinline)) static void clean_up(void)
{
	char volatile room[65536];

	for (size_t i = 0; i < sizeof(room); i++)
		room[i] = 0;
}

int main(void)
{
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
	if (weave())
		return 1;
	clean_up();
	putchar('\n');
	fflush(stdout);
	for (;;)
		pause();
}
