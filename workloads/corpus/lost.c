/* What is lost, and comes otherwise than request by request. */
#include "corpus.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

static double every, bytes, share, life;
static int burst;

static void leaks(double a_second)
{
	truth.births_per_second = a_second;
	truth.share = share;
	truth.bytes_per_second = share * bytes * a_second;
}

/* One wrapper, two callers: the stack tells which of them loses. */
SITE void *row_new(size_t size)
{
	return touch(malloc(size), size);
}

SITE void *import_row(size_t size)
{
	return row_new(size);
}

SITE void *export_row(size_t size)
{
	return row_new(size);
}

static void begin_import(void)
{
	every = about(60, 600);
	bytes = about(128, 32768);
	life = about(20, 4000);
	share = 1;
	leaks(1000 / every);
}

static double step_import(void)
{
	size_t size = (size_t)(bytes * between(0.5, 1.5));

	import_row(size);
	born(size);
	forgotten(size);
	/* Twice as many that come back; not the function's, so not counted. */
	for (int n = 0; n < 2; n++)
		free_later(export_row(size), 0, about(1, life));
	return interval(every);
}

SITE void *index_document(size_t size)
{
	return touch(malloc(size), size);
}

static void begin_bursts(void)
{
	every = about(4000, 9000);
	burst = truth.at_once = (int)about(10, 60);
	bytes = about(128, 8192);
	share = 1;
	leaks(burst * 1000 / every);
}

static double step_bursts(void)
{
	for (int n = 0; n < burst; n++) {
		size_t size = (size_t)(bytes * between(0.5, 1.5));

		index_document(size);
		born(size);
		forgotten(size);
	}
	return interval(every);
}

/* A thread's own memory, which some threads end without giving back. */
SITE void *worker_scratch(void *lose)
{
	size_t size = (size_t)bytes;
	void *scratch = touch(malloc(size), size);

	if (lose == NULL)
		free(scratch);
	return NULL;
}

static void begin_threads(void)
{
	every = about(150, 800);
	bytes = about(1024, 65536);
	share = between(0.3, 0.7);
	leaks(1000 / every);
}

static double step_threads(void)
{
	static char yes;
	pthread_t thread;
	bool lose = chance(share);

	if (pthread_create(&thread, NULL, worker_scratch, lose ? &yes : NULL) == 0) {
		pthread_join(thread, NULL);
		born((size_t)bytes);
		if (lose)
			forgotten((size_t)bytes);
		else
			given_back((size_t)bytes);
	}
	return interval(every);
}

/* Not malloc's at all. */
SITE void *map_segment(size_t size)
{
	void *segment =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return segment != MAP_FAILED ? touch(segment, size) : NULL;
}

static void begin_mmap(void)
{
	every = about(300, 1500);
	bytes = 4096 * (double)(int)about(16, 96);
	share = 1;
	truth.call = "mmap";
	leaks(1000 / every);
}

static double step_mmap(void)
{
	if (map_segment((size_t)bytes) != NULL) {
		born((size_t)bytes);
		forgotten((size_t)bytes);
	}
	return interval(every);
}

const struct kind lost[] = {
	{ "lost-behind-wrapper", LOST, "import_row", begin_import, step_import },
	{ "lost-bursts", LOST, "index_document", begin_bursts, step_bursts },
	{ "lost-at-thread-exit", LOST, "worker_scratch", begin_threads, step_threads },
	{ "lost-mmap", LOST, "map_segment", begin_mmap, step_mmap },
	{ 0 },
};
