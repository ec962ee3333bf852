/*
 * The loop that bench/overhead.ts measures: malloc(64) and free in as many threads as asked for.
 *
 * A line on stdin asks, `THREADS MS`; a line on stdout answers, `loop THREADS NS`: ns a pair and
 * thread, by the wall clock. Between questions all threads sleep, so that a tracer can come and go.
 * It ends with its stdin.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MAX_THREADS = 2, WARM_UP_MS = 30, WARM_UP_PAIRS = 2000, AT_ONCE = 250 };

static pthread_barrier_t begin, end;
static int threads, ms;
static double ns_a_pair[MAX_THREADS];

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

/*
 * So long, and so many pairs at least; ns each. A thread looks at the clock itself: valgrind may
 * never let another one.
 */
static double pairs(double lasting_ns, unsigned long at_least)
{
	double began = now_ns(), took;
	unsigned long done = 0;

	do {
		for (int i = 0; i < AT_ONCE; i++) {
			/* Volatile, or the compiler takes both calls out. */
			void *volatile block = malloc(64);
			free(block);
		}
		done += AT_ONCE;
		took = now_ns() - began;
	} while (took < lasting_ns || done < at_least);
	return took / (double)done;
}

static void *loop(void *arg)
{
	long me = (long)arg;

	for (;;) {
		pthread_barrier_wait(&begin);
		if (me < threads) {
			pairs(1e6 * WARM_UP_MS, WARM_UP_PAIRS);
			ns_a_pair[me] = pairs(1e6 * ms, AT_ONCE);
		}
		pthread_barrier_wait(&end);
	}
	return NULL;
}

int main(void)
{
	char line[64];

	/* Ctrl-C is for the benchmark, which closes stdin. */
	signal(SIGINT, SIG_IGN);
	pthread_barrier_init(&begin, NULL, MAX_THREADS + 1);
	pthread_barrier_init(&end, NULL, MAX_THREADS + 1);
	for (long i = 0; i < MAX_THREADS; i++) {
		pthread_t thread;
		if (pthread_create(&thread, NULL, loop, (void *)i) != 0)
			return 1;
	}
	while (fgets(line, sizeof(line), stdin) != NULL) {
		if (sscanf(line, "%d %d", &threads, &ms) != 2 || threads < 1 ||
		    threads > MAX_THREADS || ms < 1) {
			fprintf(stderr, "loop: a question is THREADS MS: %s", line);
			return 2;
		}
		pthread_barrier_wait(&begin);
		pthread_barrier_wait(&end);
		double sum = 0;
		for (int i = 0; i < threads; i++)
			sum += ns_a_pair[i];
		printf("loop %d %.2f\n", threads, sum / threads);
		fflush(stdout);
	}
	return 0;
}
