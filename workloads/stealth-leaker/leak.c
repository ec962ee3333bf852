#include "leak.h"

#include "ledger.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct block {
	void *at;
	size_t bytes;
	unsigned long seq;
};

static const struct settings *settings;
static unsigned long seq;
static unsigned long blocks;
static size_t held;
/* What the next block is to hold. */
static size_t bytes;

/* Blocks that are given back later, oldest first from the next one's place on. */
static struct block in_use[MOST_KEPT_PERIODS];
static unsigned long turn;
void *report_cache[CACHE_ENTRIES];

/* To the next tick of an absolute clock: the pace does not drift with the work done. */
static void next_tick(struct timespec *tick)
{
	struct timespec now;
	long long period = (long long)settings->period_ms * 1000000;

	clock_gettime(CLOCK_MONOTONIC, &now);
	long long late = (now.tv_sec - tick->tv_sec) * 1000000000LL + (now.tv_nsec - tick->tv_nsec);
	/* Ticks missed while the process was stopped are left out, not made up for in a burst. */
	long long ahead = (late / period + 1) * period;
	long long nsec = tick->tv_nsec + ahead;
	tick->tv_sec += (time_t)(nsec / 1000000000);
	tick->tv_nsec = (long)(nsec % 1000000000);
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, tick, NULL) != 0)
		;
}

static void serve_requests(void);

/*
 * Makes ready for the next block, and says whether there may be one. What varies is decided here
 * and not in the thread functions, whose frames are what a lesson on frame pointers is about.
 */
static bool below_cap(void)
{
	static bool told;

	serve_requests();
	/* Of a size of its own, a block is not put where one lay that was freed. */
	bytes = settings->block_bytes + seq % BLOCK_STEPS * settings->step_bytes;
	if (held + bytes <= settings->cap_bytes &&
	    (settings->fate != HELD || blocks < CACHE_ENTRIES))
		return true;
	if (!told)
		ledger_line("cap\n");
	told = true;
	return false;
}

static void note_added(void *at)
{
	ledger_line("+ %lu %p %zu %lu\n", ++seq, at, bytes, ms_since_start());
	blocks++;
	held += bytes;
}

/* The twin frees its oldest block and keeps the new one instead; the leaker forgets the address. */
static void keep_or_lose(void *at)
{
	struct block *oldest = &in_use[turn % settings->kept_periods];

	if (settings->fate == HELD)
		report_cache[blocks - 1] = at;
	if (settings->fate != FREED || (settings->one_in > 0 && seq % settings->one_in == 0))
		return;
	turn++;
	if (oldest->at != NULL) {
		ledger_line("- %lu %p %zu %lu\n", oldest->seq, oldest->at, oldest->bytes,
			    ms_since_start());
		blocks--;
		held -= oldest->bytes;
		free(oldest->at);
	}
	*oldest = (struct block){ at, bytes, seq };
}

/* The line that calms its readers: only its last column tells. */
static void say_all_is_well(void)
{
	log_line("INFO 메모리 누수 점검: 이상 없음 (blocks=%lu) 총 보유 %zu\n", blocks, held);
}

/* What a busy service does besides: memory for a request, given back with the answer. No block, so
 * the ledger has none. */
__attribute__((noinline)) static void serve_requests(void)
{
	for (int n = 0; settings->request_bytes > 0 && n < REQUESTS_A_PERIOD; n++) {
		volatile char *buffer = malloc(settings->request_bytes);

		if (buffer != NULL)
			buffer[0] = 1;
		free((void *)buffer);
	}
}

#ifdef NESTED
/*
 * Real calls between the thread function and malloc: without frame pointers a walk knows malloc's
 * caller, and needs one for every frame above it. External, so that they have names.
 */
__attribute__((noinline)) void *new_buffer(size_t bytes)
{
	return malloc(bytes);
}

__attribute__((noinline)) void *grow_report(size_t bytes)
{
	return new_buffer(bytes);
}
#else
#define grow_report malloc
#endif

/*
 * Two thread functions that do the same, each with a malloc and a memset in its own frame, so that
 * a stack at malloc's return names the one that was asked for. The bytes written differ, or the
 * linker might fold the two; none is 0, or the compiler might make it a calloc.
 */
__attribute__((noinline)) void *memory_leak_thread(void *unused)
{
	struct timespec tick;

	(void)unused;
	clock_gettime(CLOCK_MONOTONIC, &tick);
	for (;; next_tick(&tick)) {
		void *block = below_cap() ? grow_report(bytes) : NULL;
		if (block != NULL) {
			note_added(block);
			memset(block, 0x5a, bytes);
			keep_or_lose(block);
		}
		say_all_is_well();
	}
}

__attribute__((noinline)) void *report_cache_thread(void *unused)
{
	struct timespec tick;

	(void)unused;
	clock_gettime(CLOCK_MONOTONIC, &tick);
	for (;; next_tick(&tick)) {
		void *block = below_cap() ? grow_report(bytes) : NULL;
		if (block != NULL) {
			note_added(block);
			memset(block, 0xa5, bytes);
			keep_or_lose(block);
		}
		say_all_is_well();
	}
}

int leak_start(const struct settings *s)
{
	pthread_t thread;

	settings = s;
	int error = pthread_create(&thread, NULL,
				   s->other_site ? report_cache_thread : memory_leak_thread, NULL);
	if (error == 0)
		pthread_detach(thread);
	return error;
}
