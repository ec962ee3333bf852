/* Healthy: what is filled, and then kept, since it is used. */
#include "corpus.h"

#include <math.h>
#include <stdlib.h>

#define ROOM (1 << 15)
static struct {
	void *block;
	size_t bytes;
	/* When it was used last, of an LRU. */
	double used;
} slots[ROOM];
static size_t filled, room;
static double every, bytes, slower, hot;

static void put(size_t at, void *block, size_t size)
{
	born(size);
	slots[at].block = block;
	slots[at].bytes = size;
	slots[at].used = now_ms();
}

static size_t a_size(void)
{
	return (size_t)(bytes * between(0.5, 1.5));
}

/* Fills within so many ms. */
static void filling(double low, double high)
{
	every = about(20, 150);
	bytes = about(128, 16384);
	room = (size_t)(about(low, high) / every) + 1;
	if (room > ROOM)
		room = ROOM;
	truth.births_per_second = 1000 / every;
}

SITE void *cache_put(size_t size)
{
	return touch(malloc(size), size);
}

static void begin_cache(void)
{
	filling(5000, 30000);
}

/* Still filling for longer than anybody looks: only its bound makes it healthy. */
static void begin_filling(void)
{
	filling(400000, 600000);
}

static double step_cache(void)
{
	size_t size = a_size();

	if (filled < room)
		put(filled++, cache_put(size), size);
	return interval(every);
}

/* Evicts what was used least lately; some keys are hot, and stay from the first minute to the last.
 */
SITE void *lru_put(size_t size)
{
	return touch(malloc(size), size);
}

static void begin_lru(void)
{
	filling(3000, 12000);
	if (room > 400)
		room = 400;
	hot = between(0.1, 0.4);
}

static double step_lru(void)
{
	size_t at = filled;
	size_t size = a_size();

	if (filled < room) {
		filled++;
	} else {
		at = (size_t)(hot * (double)room);
		for (size_t n = at; n < room; n++)
			if (slots[n].used < slots[at].used)
				at = n;
		given_back(slots[at].bytes);
		free(slots[at].block);
		slots[at].block = NULL;
	}
	put(at, lru_put(size), size);
	/* A hit on another of the cold ones makes its life longer than the others'. */
	if (filled == room)
		slots[(size_t)between(hot * (double)room, (double)room)].used = now_ms();
	return interval(every);
}

/* After a deploy: pools, compiled templates, routes seen for the first time; fewer and fewer. */
SITE void *compile_template(size_t size)
{
	return touch(malloc(size), size);
}

static void begin_warm_up(void)
{
	filling(1e9, 1e9);
	slower = about(8000, 25000);
}

static double step_warm_up(void)
{
	size_t size = a_size();

	if (filled < room)
		put(filled++, compile_template(size), size);
	return interval(every * exp(now_ms() / slower));
}

SITE void *load_tables(size_t size)
{
	return touch(malloc(size), size);
}

static void begin_start_up(void)
{
	filling(1000, 4000);
	every /= 10;
	room *= 10;
}

static double step_start_up(void)
{
	size_t size = a_size();

	if (filled >= room)
		return NEVER;
	put(filled++, load_tables(size), size);
	return interval(every);
}

/* Doubles whenever its demand has doubled. */
SITE void *pool_grow(size_t size)
{
	return touch(malloc(size), size);
}

static void begin_pool(void)
{
	every = about(700, 2500);
	bytes = about(1024, 8192);
	slower = between(1.5, 2.2);
	truth.births_per_second = 0;
}

static double step_pool(void)
{
	size_t size = (size_t)bytes;

	if (bytes > 64 << 20)
		return NEVER;
	put(filled++, pool_grow(size), size);
	bytes *= 2;
	every *= slower;
	return every;
}

/* Address space for later: VSZ has it, RSS does not. */
SITE void *reserve_arena(size_t size)
{
	return malloc(size);
}

static void begin_untouched(void)
{
	every = about(100, 300);
	bytes = about(4 << 20, 16 << 20);
	room = (size_t)between(8, 24);
}

static double step_untouched(void)
{
	size_t size = (size_t)bytes;

	if (filled >= room)
		return NEVER;
	slots[filled++].block = reserve_arena(size);
	born(size);
	return interval(every);
}

/* More workers as more are asked for, each with buffers of its own; in the end half of them leave.
 */
SITE void *worker_buffer(size_t size)
{
	return touch(malloc(size), size);
}

static size_t workers, most, buffers;

static void begin_scale_out(void)
{
	every = about(4000, 12000);
	bytes = about(1024, 65536);
	most = (size_t)between(4, 9);
	buffers = (size_t)between(8, 40);
}

static double step_scale_out(void)
{
	if (workers == most) {
		for (; filled > most / 2 * buffers; filled--) {
			given_back(slots[filled - 1].bytes);
			free(slots[filled - 1].block);
			slots[filled - 1].block = NULL;
		}
		return NEVER;
	}
	workers++;
	for (size_t n = 0; n < buffers; n++)
		put(filled++, worker_buffer((size_t)bytes), (size_t)bytes);
	return workers == most ? between(20000, 60000) : interval(every);
}

const struct kind caches[] = {
	{ "cache-fills-and-stays", HEALTHY, "cache_put", begin_cache, step_cache },
	{ "cache-filling", HEALTHY, "cache_put", begin_filling, step_cache },
	{ "lru-with-churn", HEALTHY, "lru_put", begin_lru, step_lru },
	{ "warm-up", HEALTHY, "compile_template", begin_warm_up, step_warm_up },
	{ "start-up-only", HEALTHY, "load_tables", begin_start_up, step_start_up },
	{ "doubling-pool", HEALTHY, "pool_grow", begin_pool, step_pool },
	{ "untouched", HEALTHY, "reserve_arena", begin_untouched, step_untouched },
	{ "scale-out", HEALTHY, "worker_buffer", begin_scale_out, step_scale_out },
	{ 0 },
};
