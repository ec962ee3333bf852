/* Healthy: each block has a life of its own, short or long, and comes to its end. */
#include "corpus.h"

#include <math.h>
#include <stdlib.h>

static double every, bytes, wave, shortest, longest;

static void lives(double low, double high)
{
	shortest = low;
	longest = high;
	truth.life_ms[0] = low;
	truth.life_ms[1] = high;
	truth.births_per_second = 1000 / every;
}

static double serve(void *(*make)(size_t), double slower)
{
	size_t size = (size_t)(bytes * between(0.5, 1.5));
	void *block = make(size);

	born(size);
	free_later(block, size, between(shortest, longest));
	return interval(every * slower);
}

SITE void *open_session(size_t size)
{
	return touch(malloc(size), size);
}

static void begin_sessions(void)
{
	double middle = between(40000, 50000);

	every = about(80, 400);
	bytes = about(256, 16384);
	lives(middle * between(0.8, 0.95), middle * between(1.05, 1.2));
}

static double step_sessions(void)
{
	return serve(open_session, 1);
}

/* Lives of any length within a magnitude and a half. */
static void begin_lifetimes(void)
{
	every = about(50, 300);
	bytes = about(128, 16384);
	lives(1000, between(35000, 45000));
}

SITE void *hold_upload(size_t size)
{
	return touch(malloc(size), size);
}

static double step_lifetimes(void)
{
	double kept = longest;

	longest = about(1000, kept);
	shortest = longest;
	double next = serve(hold_upload, 1);
	longest = kept;
	return next;
}

SITE void *make_string(size_t size)
{
	return touch(malloc(size), size);
}

static void begin_churn(void)
{
	every = about(3, 10);
	bytes = about(16, 1024);
	lives(0.5, about(20, 2000));
}

static double step_churn(void)
{
	return serve(make_string, 1);
}

/* A load that comes and goes. */
SITE void *accept_client(size_t size)
{
	return touch(malloc(size), size);
}

static double phase;

static void begin_wave(void)
{
	every = about(40, 200);
	bytes = about(256, 32768);
	wave = about(40000, 120000);
	phase = between(0, 1);
	lives(2000, between(6000, 20000));
}

static double step_wave(void)
{
	return serve(accept_client, 1 / (1.05 + sin(6.2832 * (now_ms() / wave + phase))));
}

const struct kind sessions[] = {
	{ "sessions-45s", HEALTHY, "open_session", begin_sessions, step_sessions },
	{ "lifetimes-1-40s", HEALTHY, "hold_upload", begin_lifetimes, step_lifetimes },
	{ "balanced-churn", HEALTHY, "make_string", begin_churn, step_churn },
	{ "load-wave", HEALTHY, "accept_client", begin_wave, step_wave },
	{ 0 },
};
