#include <stdlib.h>
#include <string.h>

#include "output/tally.h"

#define FIRST_ROOM 4096

/* How many blocks of one size a call site has: a slot of an open hash table. */
struct size_count {
	uint32_t site, used;
	uint64_t bytes;
	double count;
};

struct tallies {
	uint32_t max_sites;
	struct tally *by_site;
	struct size_count *sizes;
	size_t room, used; /* room: a power of two */
	struct look look;
	struct ages ages;
};

struct tallies *tallies_new(uint32_t max_sites)
{
	struct tallies *tallies = calloc(1, sizeof(*tallies));

	if (!tallies)
		return NULL;
	tallies->max_sites = max_sites;
	tallies->by_site = calloc(max_sites, sizeof(struct tally));
	if (!tallies->by_site) {
		free(tallies);
		return NULL;
	}
	return tallies;
}

static struct size_count *slot_of(struct tallies *tallies, uint32_t site, uint64_t bytes)
{
	uint64_t hash = (bytes * 0x9E3779B97F4A7C15ull ^ site) * 0x9E3779B97F4A7C15ull;
	size_t mask = tallies->room - 1;

	for (size_t i = (size_t)(hash >> 20) & mask;; i = (i + 1) & mask) {
		struct size_count *slot = &tallies->sizes[i];
		if (slot->used && (slot->site != site || slot->bytes != bytes))
			continue;
		if (!slot->used) {
			*slot = (struct size_count){ .site = site, .used = 1, .bytes = bytes };
			tallies->used++;
		}
		return slot;
	}
}

static void grow(struct tallies *tallies)
{
	struct size_count *old = tallies->sizes;
	size_t room = tallies->room, more = room ? room * 2 : FIRST_ROOM;
	struct size_count *sizes = calloc(more, sizeof(*sizes));

	if (!sizes)
		return;
	tallies->sizes = sizes;
	tallies->room = more;
	tallies->used = 0;
	for (size_t i = 0; i < room; i++)
		if (old[i].used)
			slot_of(tallies, old[i].site, old[i].bytes)->count = old[i].count;
	free(old);
}

static void count_size(struct tallies *tallies, struct tally *tally, const struct block *block)
{
	if (tallies->used * 2 >= tallies->room)
		grow(tallies);
	/* One slot stays free, or a search would have no end. */
	if (tallies->used + 1 >= tallies->room)
		return;
	struct size_count *slot = slot_of(tallies, block->site, block->bytes);
	slot->count += block_stands_for(block);
	/* The size in which most bytes are: many small blocks beside a few big ones are not the
	 * news. */
	if (slot->count * (double)block->bytes >=
	    tally->common_count * (double)tally->common_bytes) {
		tally->common_count = slot->count;
		tally->common_bytes = block->bytes;
	}
}

static void on_block(void *with, const struct block_key *key, const struct block *block)
{
	struct tallies *tallies = with;
	(void)key;

	ages_add(&tallies->ages, block);
	if (block->site >= tallies->max_sites || block->born_ns > tallies->look.horizon_ns)
		return;
	struct tally *tally = &tallies->by_site[block->site];
	double stands_for = block_stands_for(block), bytes = (double)block->bytes;
	tally->bytes += bytes * stands_for;
	tally->count += stands_for;
	tally->drawn++;
	/* Of a sum over what was drawn by chance p, each x as x/p: the sum of (x/p)^2 (1-p). */
	tally->square_bytes += bytes * bytes * stands_for * (stands_for - 1);
	if (!tally->oldest_ns || block->born_ns < tally->oldest_ns)
		tally->oldest_ns = block->born_ns;
	if (tallies->look.sizes == WITH_SIZES)
		count_size(tallies, tally, block);
}

bool tallies_count(struct tallies *tallies, const struct tracer *tracer, struct look look)
{
	uint32_t sites = tracer_site_count(tracer);

	if (!ages_begin(&tallies->ages, sites, look.look_ns))
		return false;
	memset(tallies->by_site, 0, sites * sizeof(*tallies->by_site));
	if (tallies->sizes)
		memset(tallies->sizes, 0, tallies->room * sizeof(*tallies->sizes));
	tallies->used = 0;
	tallies->look = look;
	bool counted = tracer_each(tracer, BLOCKS, on_block, tallies) == 0;
	if (look.regions_too)
		tracer_each(tracer, REGIONS, on_block, tallies);
	return counted;
}

const struct ages *tallies_ages(const struct tallies *tallies)
{
	return &tallies->ages;
}

const struct tally *tally_of(const struct tallies *tallies, uint32_t site)
{
	return &tallies->by_site[site];
}

void tallies_free(struct tallies *tallies)
{
	if (!tallies)
		return;
	free(tallies->by_site);
	free(tallies->sizes);
	ages_free(&tallies->ages);
	free(tallies);
}
