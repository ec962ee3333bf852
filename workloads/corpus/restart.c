/* Healthy: what begins anew, and climbs to where it was before. */
#include "corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *loaded[1 << 14];
static size_t number, whole;
static double every, bytes, length, due;

SITE void *load_rule(size_t size)
{
	return touch(malloc(size), size);
}

static void begin(void)
{
	every = about(30, 200);
	bytes = about(256, 16384);
	length = about(20000, 45000);
	whole = (size_t)(length * between(0.2, 0.8) / every);
	due = length;
	truth.births_per_second = 1000 / every;
	truth.life_ms[1] = length;
}

static double load(void)
{
	size_t size = (size_t)bytes;

	if (number < whole) {
		loaded[number++] = load_rule(size);
		born(size);
	}
	return interval(every);
}

/* The same process, and another image of it: what the first one held is gone without a free. */
static double step_restart(void)
{
	if (now_ms() >= due) {
		setenv(RESTARTED, "1", 1);
		execv("/proc/self/exe", arguments);
		perror("corpus: exec");
		_exit(1);
	}
	return load();
}

/* Rules are read again: all at once they go, one by one they come. */
static double step_reload(void)
{
	if (now_ms() >= due) {
		for (; number > 0; loaded[--number] = NULL) {
			given_back((size_t)bytes);
			free(loaded[number - 1]);
		}
		due += length;
	}
	return load();
}

const struct kind restarts[] = {
	{ "restart", HEALTHY, "load_rule", begin, step_restart },
	{ "reload", HEALTHY, "load_rule", begin, step_reload },
	{ 0 },
};
