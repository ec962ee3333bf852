/* Healthy: what is collected, and given back all at once. */
#include "corpus.h"

#include <stdlib.h>

#define ROOM (1 << 15)
static struct {
	void *block;
	size_t bytes;
} collected[ROOM];
static size_t number;
static double every, bytes, length, due, kept;

static void collect(void *(*make)(size_t))
{
	size_t size = (size_t)(bytes * between(0.5, 1.5));
	void *block = make(size);

	born(size);
	if (number == ROOM)
		abort();
	collected[number].block = block;
	collected[number++].bytes = size;
}

/* All but the first ones. */
static void give_back(size_t left)
{
	while (number > left) {
		number--;
		given_back(collected[number].bytes);
		free(collected[number].block);
		collected[number].block = NULL;
	}
}

static void batches_of(double ms)
{
	every = about(60, 400);
	bytes = about(128, 16384);
	length = ms * between(0.9, 1.1);
	due = length * between(0.5, 1);
	truth.births_per_second = 1000 / every;
	truth.life_ms[1] = length;
}

SITE void *add_metric(size_t size)
{
	return touch(malloc(size), size);
}

static void begin_30s(void)
{
	batches_of(30000);
}

static void begin_50s(void)
{
	batches_of(50000);
}

static double step_batches(void)
{
	if (now_ms() >= due) {
		give_back(0);
		due += length;
	}
	collect(add_metric);
	return interval(every);
}

/* A garbage collector's curve: up to its bound, and down to what is left. */
SITE void *new_object(size_t size)
{
	return touch(malloc(size), size);
}

static void begin_sawtooth(void)
{
	batches_of(about(6000, 25000));
	kept = between(0, 0.25);
}

static double step_sawtooth(void)
{
	if ((double)number * every >= length)
		give_back((size_t)(kept * (double)number));
	collect(new_object);
	return interval(every);
}

/* Quiet, then a job that takes what it needs, works, and is done. */
SITE void *job_row(size_t size)
{
	return touch(malloc(size), size);
}

static double job_end, job_done;

static void begin_job(void)
{
	batches_of(0);
	every = about(15, 60);
	due = between(5000, 30000);
	job_end = due + about(5000, 20000);
	job_done = job_end + about(5000, 25000);
	truth.births_per_second = 1000 / every;
	truth.life_ms[1] = job_done - due;
}

static double step_job(void)
{
	double now = now_ms();

	if (now < due)
		return due - now;
	if (now < job_end) {
		collect(job_row);
		return interval(every);
	}
	if (now < job_done)
		return job_done - now;
	give_back(0);
	return NEVER;
}

/* Of each round's blocks a few stay for one round more, between what was given back: RSS grows,
 * what is out does not. */
SITE void *split_buffer(size_t size)
{
	return touch(malloc(size), size);
}

static size_t before;

static void begin_fragments(void)
{
	every = about(2000, 5000);
	bytes = about(256, 1024);
	length = between(300, 900);
	truth.births_per_second = length * 1000 / every;
	truth.life_ms[1] = 2 * every;
}

static double step_fragments(void)
{
	size_t survivors = 0;

	give_back(before);
	for (size_t n = 0; n < (size_t)length; n++)
		collect(split_buffer);
	/* Last round's go now; of this one every sixteenth stays. */
	for (size_t n = 0; n < number; n++) {
		if (n >= before && (n - before) % 16 == 0) {
			collected[survivors++] = collected[n];
			continue;
		}
		given_back(collected[n].bytes);
		free(collected[n].block);
	}
	for (size_t n = survivors; n < number; n++)
		collected[n].block = NULL;
	before = number = survivors;
	/* The next round's are larger, and fit into no hole. */
	bytes = bytes < 16384 ? bytes * 1.15 : 256;
	return every;
}

const struct kind batches[] = {
	{ "batches-30s", HEALTHY, "add_metric", begin_30s, step_batches },
	{ "batches-50s", HEALTHY, "add_metric", begin_50s, step_batches },
	{ "bounded-sawtooth", HEALTHY, "new_object", begin_sawtooth, step_sawtooth },
	{ "nightly-job", HEALTHY, "job_row", begin_job, step_job },
	{ "fragmentation", HEALTHY, "split_buffer", begin_fragments, step_fragments },
	{ 0 },
};
