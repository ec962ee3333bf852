#include <stdlib.h>

#include "progressive/touches.h"

/* Fewer pages are nobody's growth. */
#define LEAST_PAGES 3
#define MOST_SITES 256
#define MOST_LOOKS 4096

struct history {
	uint32_t site;
	struct touched {
		uint64_t at_ns, bytes;
	} *looks;
	size_t count;
};

struct touches {
	const struct tracer *tracer;
	struct history sites[MOST_SITES];
	size_t count;
};

struct touches *touches_new(const struct tracer *tracer)
{
	struct touches *touches = calloc(1, sizeof(*touches));

	if (touches)
		touches->tracer = tracer;
	return touches;
}

static struct history *history_of(struct touches *touches, uint32_t site)
{
	for (size_t i = 0; i < touches->count; i++)
		if (touches->sites[i].site == site)
			return &touches->sites[i];
	if (touches->count == MOST_SITES)
		return NULL;
	struct touched *looks = calloc(MOST_LOOKS, sizeof(*looks));
	if (!looks)
		return NULL;
	struct history *history = &touches->sites[touches->count++];
	*history = (struct history){ .site = site, .looks = looks };
	return history;
}

/* Half the looks, when there are too many: what is older needs no fine grain. */
static void thin(struct history *history)
{
	size_t kept = 0;

	for (size_t i = 0; i < history->count; i += 2)
		history->looks[kept++] = history->looks[i];
	history->count = kept;
}

void touches_look(struct touches *touches, uint64_t now_ns)
{
	const struct site *sites = tracer_sites(touches->tracer);
	uint32_t count = tracer_site_count(touches->tracer);

	for (uint32_t i = 0; i < count; i++) {
		if (!sites[i].ready || sites[i].origin != FROM_FAULT ||
		    sites[i].allocs < LEAST_PAGES)
			continue;
		struct history *history = history_of(touches, i);
		if (!history)
			continue;
		if (history->count == MOST_LOOKS)
			thin(history);
		history->looks[history->count++] = (struct touched){
			.at_ns = now_ns,
			.bytes = sites[i].allocated_bytes,
		};
	}
}

/* What was touched until then, by the last look before. */
static uint64_t touched_until(const struct history *history, uint64_t ns)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < history->count && history->looks[i].at_ns <= ns; i++)
		bytes = history->looks[i].bytes;
	return bytes;
}

uint32_t touches_most(const struct touches *touches, uint64_t since_ns)
{
	const struct site *sites = tracer_sites(touches->tracer);
	uint32_t most = NO_SITE;
	uint64_t bytes = 0;

	for (size_t i = 0; i < touches->count; i++) {
		const struct history *history = &touches->sites[i];
		uint64_t touched =
			sites[history->site].allocated_bytes - touched_until(history, since_ns);
		if (touched > bytes) {
			bytes = touched;
			most = history->site;
		}
	}
	return most;
}

void touches_forget(struct touches *touches)
{
	for (size_t i = 0; i < touches->count; i++)
		free(touches->sites[i].looks);
	touches->count = 0;
}

void touches_free(struct touches *touches)
{
	if (!touches)
		return;
	touches_forget(touches);
	free(touches);
}
