/* What the programs have counted so far. */
#include <bpf/bpf.h>
#include <math.h>

#include "tracer/state.h"

struct shared *tracer_state(struct tracer *tracer)
{
	return tracer->state;
}

const struct site *tracer_sites(const struct tracer *tracer)
{
	return tracer->sites;
}

const struct lives *tracer_lives(const struct tracer *tracer)
{
	return tracer->lives;
}

uint32_t tracer_site_count(const struct tracer *tracer)
{
	/* Those for which there was no room are counted, too. */
	uint32_t count = tracer->state->site_count;

	return count < tracer->site_room ? count : tracer->site_room;
}

/* Of a sum in parts of a whole one, the nearest. */
static uint64_t whole(uint64_t parts, unsigned bits)
{
	return bits ? (parts + (1ull << (bits - 1))) >> bits : parts;
}

struct sums sums_of(const struct site *site)
{
	const volatile struct site *live = site;
	struct sums sums;

	/* What is freed was handed out before: in this order, no difference is negative. */
	sums.frees = live->frees + live->brief;
	sums.freed_bytes = live->freed_bytes;
	sums.allocs = live->allocs;
	sums.allocated_bytes = live->allocated_bytes;
	sums.count = sums.allocs > sums.frees ? sums.allocs - sums.frees : 0;
	sums.bytes = sums.allocated_bytes > sums.freed_bytes
			     ? sums.allocated_bytes - sums.freed_bytes
			     : 0;
	uint64_t *parts[] = { &sums.frees,	     &sums.freed_bytes, &sums.allocs,
			      &sums.allocated_bytes, &sums.count,	&sums.bytes };
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		*parts[i] = whole(*parts[i], site->fraction_bits);
	return sums;
}

double ended_in(const struct site *site, const struct lives *lives, unsigned bin)
{
	return ldexp((double)(bin ? lives->ended[bin] : site->brief), -(int)site->fraction_bits);
}

uint64_t tracer_hits(const struct tracer *tracer)
{
	int cpus = libbpf_num_possible_cpus();
	uint64_t by_cpu[cpus > 0 ? cpus : 1], sum = 0;
	uint32_t zero = 0;

	if (cpus <= 0 || bpf_map_lookup_elem(map_of_tracer(tracer, "hits"), &zero, by_cpu))
		return 0;
	for (int i = 0; i < cpus; i++)
		sum += by_cpu[i];
	return sum;
}

static int on_event(void *with, void *data, size_t size)
{
	struct tracer *tracer = with;

	if (size >= sizeof(struct event))
		tracer->each(tracer->with, data);
	return 0;
}

int tracer_events_fd(struct tracer *tracer)
{
	if (!tracer->ring)
		tracer->ring =
			ring_buffer__new(map_of_tracer(tracer, "events"), on_event, tracer, NULL);
	return tracer->ring ? ring_buffer__epoll_fd(tracer->ring) : -1;
}

void tracer_events(struct tracer *tracer, event_fn *each, void *with)
{
	tracer->each = each;
	tracer->with = with;
	ring_buffer__consume(tracer->ring);
}
