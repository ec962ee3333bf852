/* What is held for ever: no word of it is lost, and none of it is needed. */
#include "corpus.h"

#include <stdlib.h>

static double every, bytes, share;

/* An index that grows by as much as comes in, and is never written out. */
static char *journal;
static size_t journal_bytes;

SITE void append_journal(size_t more)
{
	journal = realloc(journal, journal_bytes + more);
	touch(journal + journal_bytes, more);
	journal_bytes += more;
}

static void begin_journal(void)
{
	every = about(60, 500);
	bytes = about(256, 16384);
	truth.share = 1;
	truth.births_per_second = 1000 / every;
	truth.bytes_per_second = bytes * 1000 / every;
}

static double step_journal(void)
{
	size_t more = (size_t)bytes;

	append_journal(more);
	/* Bytes that stay, in as many steps. */
	born(more);
	return interval(every);
}

struct node {
	struct node *next;
};
static struct node *subscribers;

SITE void *subscribe(size_t size)
{
	return touch(malloc(size), size);
}

static void keep_in_list(void *block, size_t size)
{
	struct node *node = block;

	(void)size;
	node->next = subscribers;
	subscribers = node;
}

static void begin_list(void)
{
	plan_requests(&(struct requests_plan){ .make = subscribe,
					       .every_ms = { 60, 800 },
					       .bytes = { 32, 16384 },
					       .share = { 1, 1 },
					       .keep = keep_in_list });
}

#define ROOM (1 << 16)
/* Not static: a compiler leaves out what nobody reads, and then they are lost. */
void *by_id[ROOM];
static size_t ids;

/* Requests that end are taken out; those that time out stay under an id that nobody asks for again.
 */
SITE void *track_request(size_t size)
{
	return touch(malloc(size), size);
}

static void keep_by_id(void *block, size_t size)
{
	(void)size;
	by_id[ids++ % ROOM] = block;
}

static void begin_map(void)
{
	plan_requests(&(struct requests_plan){ .make = track_request,
					       .every_ms = { 15, 120 },
					       .bytes = { 64, 8192 },
					       .share = { 0.06, 0.25 },
					       .life_ms = { 2, 2000 },
					       .keep = keep_by_id });
}

/* A cache without an end: most keys are new, some of those written lately are written again. */
struct entry {
	void *value;
	size_t bytes;
};
static struct entry entries[ROOM];
static size_t used, recent;

SITE void *cache_value(size_t size)
{
	return touch(malloc(size), size);
}

static void begin_cache(void)
{
	every = about(20, 200);
	bytes = about(128, 16384);
	share = between(0.3, 0.8);
	recent = (size_t)about(10, 40);
	truth.share = share;
	truth.births_per_second = 1000 / every;
	truth.bytes_per_second = share * bytes * 1000 / every;
	truth.life_ms[1] = every * (double)recent / share;
}

static double step_cache(void)
{
	size_t size = (size_t)(bytes * between(0.5, 1.5));
	void *value = cache_value(size);
	size_t at = used;

	born(size);
	if (used > recent && !chance(share))
		at = used - 1 - (size_t)between(0, (double)recent);
	else
		used++;
	if (entries[at % ROOM].value != NULL) {
		given_back(entries[at % ROOM].bytes);
		free(entries[at % ROOM].value);
	}
	entries[at % ROOM] = (struct entry){ value, size };
	return interval(every);
}

const struct kind held[] = {
	{ "held-growing-block", HELD, "append_journal", begin_journal, step_journal },
	{ "held-forgotten-list", HELD, "subscribe", begin_list, request },
	{ "held-unique-ids", HELD, "track_request", begin_map, request },
	{ "held-cache-without-end", HELD, "cache_value", begin_cache, step_cache },
	{ 0 },
};
