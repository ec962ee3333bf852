#include "progressive/sites.h"

struct vote {
	uint32_t site;
	uint64_t bytes, ahead; /* Boyer and Moore's, in which each byte has a voice */
	uint64_t first_ns, last_ns, seen;
};

static void count_vote(void *with, const struct block_key *key, const struct block *block)
{
	struct vote *vote = with;
	(void)key;

	if (block->site != vote->site)
		return;
	if (vote->bytes == block->bytes) {
		vote->ahead += block->bytes;
	} else if (vote->ahead >= block->bytes) {
		vote->ahead -= block->bytes;
	} else {
		vote->ahead = block->bytes - vote->ahead;
		vote->bytes = block->bytes;
	}
	if (!vote->seen || block->born_ns < vote->first_ns)
		vote->first_ns = block->born_ns;
	if (block->born_ns > vote->last_ns)
		vote->last_ns = block->born_ns;
	vote->seen++;
}

struct common common_of(const struct tracer *tracer, uint32_t site, enum held held)
{
	struct vote vote = { .site = site };
	struct common common = { 0 };

	tracer_each(tracer, held, count_vote, &vote);
	common.bytes = vote.bytes;
	if (vote.seen > 1)
		common.period_ms =
			(double)(vote.last_ns - vote.first_ns) / 1e6 / (double)(vote.seen - 1);
	return common;
}

uint32_t only_toucher(const struct tracer *tracer)
{
	const struct site *sites = tracer_sites(tracer);
	uint32_t count = tracer_site_count(tracer), tid = 0;
	uint64_t all = 0, most = 0, of_thread = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (sites[i].origin != FROM_FAULT)
			continue;
		all += sites[i].allocated_bytes;
		if (sites[i].allocated_bytes > most) {
			most = sites[i].allocated_bytes;
			tid = sites[i].tid;
		}
	}
	for (uint32_t i = 0; i < count; i++)
		if (sites[i].origin == FROM_FAULT && sites[i].tid == tid)
			of_thread += sites[i].allocated_bytes;
	return (double)of_thread >= 0.9 * (double)all ? tid : 0;
}

uint64_t touched_bytes(const struct tracer *tracer)
{
	const struct site *sites = tracer_sites(tracer);
	uint32_t count = tracer_site_count(tracer);
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < count; i++)
		if (sites[i].origin == FROM_FAULT)
			bytes += sites[i].allocated_bytes;
	return bytes;
}

uint64_t mapped_outstanding(const struct tracer *tracer)
{
	const struct site *sites = tracer_sites(tracer);
	uint32_t count = tracer_site_count(tracer);
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < count; i++)
		if (sites[i].origin == FROM_MAPPING)
			bytes += sums_of(&sites[i]).bytes;
	return bytes;
}

uint32_t asking_since(const struct tracer *tracer, uint32_t first)
{
	const struct site *sites = tracer_sites(tracer);
	uint32_t count = tracer_site_count(tracer);

	for (uint32_t i = first; i < count; i++)
		if (sites[i].origin == FROM_MALLOC && sites[i].ready && sites[i].allocs > 0)
			return i;
	return NO_SITE;
}
