/* Threads that share all blocks: what one allocates, another frees. Some stay, some come and go. */
#include "workloads.h"

#include <pthread.h>
#include <stdbool.h>

enum { THREADS = 2, PASSING = 4, TURNS = 200 };

static pthread_barrier_t begin, end;
static bool going;
static uint64_t seed;

/* Who has an entry. Apart from the ledger, where whoever reads it would see entries in between. */
static unsigned char taken[1 << 20];

/* A turn on any entry that is nobody else's right now. */
static void turn_somewhere(uint64_t *random)
{
	size_t at = next(random) % count;

	while (__atomic_exchange_n(&taken[at], 1, __ATOMIC_ACQUIRE))
		at = next(random) % count;
	turn(&ledger->entries[at], random);
	__atomic_store_n(&taken[at], 0, __ATOMIC_RELEASE);
}

static void *turns(void *arg)
{
	uint64_t random = (uint64_t)arg;

	for (;;) {
		pthread_barrier_wait(&begin);
		while (__atomic_load_n(&going, __ATOMIC_RELAXED))
			turn_somewhere(&random);
		pthread_barrier_wait(&end);
	}
	return NULL;
}

static void start(pthread_t *thread, void *(*routine)(void *), uint64_t arg)
{
	if (pthread_create(thread, NULL, routine, (void *)arg) != 0)
		fail("no thread");
}

static void prepare(unsigned int threads)
{
	if (count > sizeof(taken))
		fail("too many blocks for threads");
	pthread_barrier_init(&begin, NULL, threads + 1);
	pthread_barrier_init(&end, NULL, threads + 1);
}

void threads_go(void)
{
	__atomic_store_n(&going, true, __ATOMIC_RELAXED);
	pthread_barrier_wait(&begin);
}

void threads_stop(void)
{
	__atomic_store_n(&going, false, __ATOMIC_RELAXED);
	pthread_barrier_wait(&end);
}

/* The threads are there before the tracer is: what libc allocates for one is in no ledger. */
void threads_prepare(void)
{
	prepare(THREADS);
	for (int i = 0; i < THREADS; i++) {
		pthread_t thread;
		start(&thread, turns, ++seed);
	}
}

static void *some_turns(void *arg)
{
	uint64_t random = (uint64_t)arg;

	for (int i = 0; i < TURNS; i++)
		turn_somewhere(&random);
	return NULL;
}

static void pass(void)
{
	pthread_t threads[PASSING];

	for (int i = 0; i < PASSING; i++)
		start(&threads[i], some_turns, ++seed);
	for (int i = 0; i < PASSING; i++)
		pthread_join(threads[i], NULL);
}

static void *passes(void *arg)
{
	(void)arg;
	for (;;) {
		pthread_barrier_wait(&begin);
		while (__atomic_load_n(&going, __ATOMIC_RELAXED))
			pass();
		pthread_barrier_wait(&end);
	}
	return NULL;
}

static void *meets(void *arg)
{
	pthread_barrier_wait(arg);
	return NULL;
}

/* glibc keeps the stacks of threads that ended, with all it allocated for them: as many as will
 * ever be needed at once. */
static void keep_stacks(void)
{
	static pthread_barrier_t all;
	pthread_t threads[PASSING + 1];

	pthread_barrier_init(&all, NULL, PASSING + 1);
	for (int i = 0; i <= PASSING; i++)
		start(&threads[i], meets, (uint64_t)&all);
	for (int i = 0; i <= PASSING; i++)
		pthread_join(threads[i], NULL);
}

void passing_prepare(void)
{
	pthread_t thread;

	prepare(1);
	keep_stacks();
	start(&thread, passes, 0);
	keep_stacks();
}
