#include <stdlib.h>

#include "progressive/births.h"

/* Fewer make no cohort. */
#define MIN_BLOCKS 3
/* Judging begins with so many births; fewer have no two cohorts. */
#define LEAST_BIRTHS 10
#define MOST_SITES 256
#define MOST_LOOKS 4096

struct history {
	uint32_t site;
	struct look {
		uint64_t at_ns, allocs, bytes, held;
	} *looks;
	size_t count;
};

struct births {
	const struct tracer *tracer;
	struct history sites[MOST_SITES];
	size_t count;
};

struct births *births_new(const struct tracer *tracer)
{
	struct births *births = calloc(1, sizeof(*births));

	if (births)
		births->tracer = tracer;
	return births;
}

static struct history *history_of(struct births *births, uint32_t site)
{
	for (size_t i = 0; i < births->count; i++)
		if (births->sites[i].site == site)
			return &births->sites[i];
	if (births->count == MOST_SITES)
		return NULL;
	struct look *looks = calloc(MOST_LOOKS, sizeof(*looks));
	if (!looks)
		return NULL;
	struct history *history = &births->sites[births->count++];
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

void births_look(struct births *births, uint64_t now_ns)
{
	const struct site *sites = tracer_sites(births->tracer);
	uint32_t count = tracer_site_count(births->tracer);

	for (uint32_t i = 0; i < count; i++) {
		if (!sites[i].ready || sums_of(&sites[i]).count < MIN_BLOCKS)
			continue;
		struct history *history = history_of(births, i);
		if (!history)
			continue;
		if (history->count == MOST_LOOKS)
			thin(history);
		history->looks[history->count++] = (struct look){
			.at_ns = now_ns,
			.allocs = sites[i].allocs,
			.bytes = sites[i].allocated_bytes,
			.held = sums_of(&sites[i]).bytes,
		};
	}
}

/* A moment at which somebody looked: births and survivors are counted over the same span. */
static uint64_t looked_at(const struct history *history, uint64_t wanted, uint64_t otherwise)
{
	uint64_t best = otherwise;

	for (size_t i = 0; i < history->count && history->looks[i].at_ns <= wanted; i++)
		best = history->looks[i].at_ns;
	return best;
}

/* What was handed out until then, by the last look before. */
static struct look born_until(const struct history *history, uint64_t ns)
{
	struct look last = { 0 };

	for (size_t i = 0; i < history->count; i++)
		if (history->looks[i].at_ns <= ns)
			last = history->looks[i];
	return last;
}

/* What was born in one span and is still there. */
struct cohort {
	uint32_t site;
	uint64_t from_ns, to_ns, bytes, count;
};

static void count_cohort(void *with, const struct block_key *key, const struct block *block)
{
	struct cohort *cohort = with;
	(void)key;

	if (block->site != cohort->site || block->born_ns <= cohort->from_ns ||
	    block->born_ns > cohort->to_ns)
		return;
	cohort->bytes += block->bytes;
	cohort->count++;
}

/* Whether what was born between two parts of the time is still there; then its bytes. */
static bool stays(const struct births *births, const struct history *history, bool regions,
		  uint64_t from_ns, uint64_t to_ns, uint64_t *bytes)
{
	struct look from = born_until(history, from_ns), to = born_until(history, to_ns);
	struct cohort alive = { .site = history->site, .from_ns = from_ns, .to_ns = to_ns };
	uint64_t born = to.bytes - from.bytes, count = to.allocs - from.allocs;

	if (count < MIN_BLOCKS ||
	    tracer_each(births->tracer, regions ? REGIONS : BLOCKS, count_cohort, &alive))
		return false;
	/* A region counts once it is touched, a moment later: allow for one at either edge. */
	double allowed = regions ? (double)born / (double)count : 0;
	if ((double)alive.bytes < 0.9 * (double)born - allowed ||
	    alive.count + (regions ? 1 : 0) < MIN_BLOCKS)
		return false;
	*bytes = alive.bytes;
	return true;
}

/* A cache that is full, and what a start leaves, grow no more. */
static bool goes_on(const struct history *history, uint64_t start_ns, uint64_t now_ns)
{
	uint64_t quarter = (now_ns - start_ns) / 4;
	double before = (double)born_until(history, now_ns - quarter).held -
			(double)born_until(history, start_ns).held;
	double last = (double)born_until(history, now_ns).held -
		      (double)born_until(history, now_ns - quarter).held;

	return last > 0 && last >= 0.3 * before / 3;
}

static bool keeps(const struct births *births, const struct history *history, bool regions,
		  uint64_t start_ns, uint64_t now_ns)
{
	static const double PARTS[][2] = { { 0.15, 0.45 }, { 0.45, 0.75 } };
	double length = (double)(now_ns - start_ns);
	uint64_t kept[2];

	for (int late = 0; late < 2; late++) {
		uint64_t from = looked_at(history, start_ns + (uint64_t)(length * PARTS[late][0]),
					  start_ns);
		uint64_t to = looked_at(history, start_ns + (uint64_t)(length * PARTS[late][1]),
					start_ns);
		if (!stays(births, history, regions, from, to, &kept[late]))
			return false;
	}
	return (double)kept[1] >= 0.3 * (double)kept[0] && goes_on(history, start_ns, now_ns);
}

static uint64_t outstanding(const struct births *births, uint32_t site)
{
	return sums_of(&tracer_sites(births->tracer)[site]).bytes;
}

uint32_t births_kept(const struct births *births, enum origin origin, uint64_t start_ns,
		     uint64_t now_ns)
{
	const struct site *sites = tracer_sites(births->tracer);
	uint32_t best = NO_SITE;

	for (size_t i = 0; i < births->count; i++) {
		const struct history *history = &births->sites[i];
		const struct site *site = &sites[history->site];
		if (site->origin != origin || site->allocs < LEAST_BIRTHS ||
		    !keeps(births, history, origin == FROM_MAPPING, start_ns, now_ns))
			continue;
		if (best == NO_SITE ||
		    outstanding(births, history->site) > outstanding(births, best))
			best = history->site;
	}
	return best;
}

uint32_t births_most(const struct births *births, enum origin origin)
{
	const struct site *sites = tracer_sites(births->tracer);
	uint32_t most = NO_SITE;

	for (size_t i = 0; i < births->count; i++) {
		uint32_t site = births->sites[i].site;
		if (sites[site].origin == origin &&
		    (most == NO_SITE || outstanding(births, site) > outstanding(births, most)))
			most = site;
	}
	return most;
}

uint32_t births_toucher(const struct births *births, uint64_t since_ns)
{
	const struct site *sites = tracer_sites(births->tracer);
	uint32_t most = NO_SITE;
	uint64_t bytes = 0;

	for (size_t i = 0; i < births->count; i++) {
		const struct history *history = &births->sites[i];
		uint64_t touched =
			sites[history->site].allocated_bytes - born_until(history, since_ns).bytes;
		if (sites[history->site].origin == FROM_FAULT && touched > bytes) {
			bytes = touched;
			most = history->site;
		}
	}
	return most;
}

void births_forget(struct births *births)
{
	for (size_t i = 0; i < births->count; i++)
		free(births->sites[i].looks);
	births->count = 0;
}

void births_free(struct births *births)
{
	if (!births)
		return;
	births_forget(births);
	free(births);
}
