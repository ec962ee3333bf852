/*
 * A service at work: it holds 300 blocks of many sizes in a table, takes another one for one of
 * them a thousand times a second and more, and loses every tenth; and there are 500 whose only
 * pointers it moves all the time. Tells "ADDRESS BYTES NAME" of the first 2000 that it lost, of
 * those that move, and an empty line; then it works on.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define HELD 300
#define LOST 2000
#define MOVED 500

char *held[HELD], *moved[2][MOVED];
static unsigned turns;

static size_t any_size(void)
{
	return 24 + (size_t)rand() % 2000;
}

__attribute__((noinline)) static void work(int tells)
{
	size_t bytes = any_size();
	int at = rand() % HELD;

	if (++turns % 10 == 0) {
		char *lost = calloc(1, bytes);
		if (tells)
			printf("%lx %zu lost\n", (unsigned long)(uintptr_t)lost, bytes);
		return;
	}
	free(held[at]);
	held[at] = malloc(bytes);
	memset(held[at], 1, bytes);
}

/* From one array to the other and back, so that each pointer is in one of them alone. */
__attribute__((noinline)) static void move(void)
{
	static int to;

	to = !to;
	for (int i = 0; i < MOVED; i++) {
		moved[to][MOVED - 1 - i] = moved[!to][i];
		moved[!to][i] = NULL;
	}
}

int main(void)
{
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
	for (int i = 0; i < MOVED; i++) {
		moved[0][i] = calloc(1, 200);
		printf("%lx 200 moves\n", (unsigned long)(uintptr_t)moved[0][i]);
	}
	for (int i = 0; i < LOST * 10; i++)
		work(1);
	for (int i = 0; i < 2000; i++)
		work(0);
	putchar('\n');
	fflush(stdout);
	for (;;) {
		for (int i = 0; i < 20; i++)
			work(0);
		move();
		usleep(1000);
	}
}
