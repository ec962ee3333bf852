/* Keeps ten blocks, becomes itself again from a thread that is not the first, and keeps more. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *volatile kept;

__attribute__((noinline)) void before_exec(void)
{
	kept = malloc(1000);
}

__attribute__((noinline)) void after_exec(void)
{
	kept = malloc(2000);
}

static void *other(void *program)
{
	char word[8];

	/* Until the tracer is there. */
	if (!fgets(word, sizeof(word), stdin))
		return NULL;
	for (int i = 0; i < 10; i++)
		before_exec();
	usleep(500000);
	execl(program, program, "again", NULL);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc == 1) {
		setbuf(stdin, NULL);
		pthread_create(&thread, NULL, other, argv[0]);
		pthread_join(thread, NULL);
		return 1;
	}
	for (int i = 0; i < 3000; i++) {
		after_exec();
		usleep(10000);
	}
	return 0;
}
