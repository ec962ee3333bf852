#include "corpus.h"

#include <time.h>

static struct timespec start;
static double speed;

void clock_start(double times)
{
	speed = times;
	clock_gettime(CLOCK_MONOTONIC, &start);
}

double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return speed * ((double)(now.tv_sec - start.tv_sec) * 1e3 +
			(double)(now.tv_nsec - start.tv_nsec) / 1e6);
}

/* A signal ends it early. */
void sleep_until(double ms)
{
	double left = (ms - now_ms()) / speed;
	struct timespec by = { .tv_sec = (time_t)(left / 1e3) };

	by.tv_nsec = (long)((left - (double)by.tv_sec * 1e3) * 1e6);
	if (left > 0)
		nanosleep(&by, NULL);
}
