/* Its first thread ends, and another one goes on, keeping what it asks for. */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static char *volatile kept;

__attribute__((noinline)) void goes_on(void)
{
	kept = malloc(500);
}

static void *works(void *nothing)
{
	for (int i = 0; i < 3000; i++) {
		goes_on();
		usleep(10000);
	}
	return nothing;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, works, NULL);
	usleep(1000000);
	pthread_exit(NULL);
}
