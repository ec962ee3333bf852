/* Outstanding blocks, one by one. */
#include <errno.h>
#include <stdlib.h>

#include <bpf/bpf.h>

#include "tracer/state.h"

#define BATCH 8192

static int map_of_held(const struct tracer *tracer, enum held held)
{
	return map_of_tracer(tracer, held == REGIONS ? "regions" : "blocks");
}

int tracer_each(const struct tracer *tracer, enum held held, block_fn *each, void *with)
{
	int fd = map_of_held(tracer, held);
	struct block_key *keys = malloc(BATCH * sizeof(*keys));
	struct block *values = malloc(BATCH * sizeof(*values));
	uint32_t in = 0, out = 0;
	bool begun = false;
	int failed = keys && values ? 0 : -1;

	while (!failed) {
		uint32_t count = BATCH;
		int error = bpf_map_lookup_batch(fd, begun ? &in : NULL, &out, keys, values, &count,
						 NULL);
		if (error && errno != ENOENT) {
			failed = -1;
			break;
		}
		for (uint32_t i = 0; i < count; i++)
			each(with, &keys[i], &values[i]);
		if (error)
			break;
		begun = true;
		in = out;
	}
	free(keys);
	free(values);
	return failed;
}

bool tracer_holds(const struct tracer *tracer, enum held held, const struct block_key *key,
		  uint64_t born_ns)
{
	struct block block;

	return bpf_map_lookup_elem(map_of_held(tracer, held), key, &block) == 0 &&
	       block.born_ns == born_ns;
}

double block_stands_for(const struct block *block)
{
	return block->chance ? 4294967296.0 / block->chance : 1;
}

struct gone {
	uint32_t tgid;
	uint64_t before_ns;
	struct left {
		struct block_key key;
		struct block block;
	} *list;
	size_t count, room;
};

static void collect(void *with, const struct block_key *key, const struct block *block)
{
	struct gone *gone = with;

	if (key->tgid != gone->tgid || block->born_ns > gone->before_ns)
		return;
	if (gone->count == gone->room) {
		size_t room = gone->room ? gone->room * 2 : 1024;
		struct left *grown = realloc(gone->list, room * sizeof(*grown));
		if (!grown)
			return;
		gone->list = grown;
		gone->room = room;
	}
	gone->list[gone->count++] = (struct left){ .key = *key, .block = *block };
}

/* With the process its memory went back to the kernel: the site's sums say so, too. */
static void given_back(struct tracer *tracer, const struct block *block)
{
	struct site *site = &tracer->sites[block->site];

	if (block->site >= tracer->site_room)
		return;
	uint64_t weight = weight_by_chance(block->chance, site->fraction_bits);
	__atomic_fetch_add(&site->freed_bytes, block->bytes * weight, __ATOMIC_RELAXED);
	__atomic_fetch_add(&site->frees, weight, __ATOMIC_RELAXED);
}

/* Going through a map of a million buckets is for a process that has left something. */
static void has_left(const struct tracer *tracer, uint32_t tgid, bool left[2])
{
	uint32_t count = tracer_site_count(tracer);

	for (uint32_t i = 0; i < count; i++) {
		const struct site *site = &tracer->sites[i];
		if (site->tgid == tgid && site->origin != FROM_FAULT && sums_of(site).count > 0)
			left[site->origin == FROM_MAPPING ? REGIONS : BLOCKS] = true;
	}
}

void tracer_forget(struct tracer *tracer, uint32_t tgid, uint64_t before_ns)
{
	bool left[] = { [BLOCKS] = false, [REGIONS] = false };

	has_left(tracer, tgid, left);
	for (enum held held = BLOCKS; held <= REGIONS; held++) {
		struct gone gone = { .tgid = tgid, .before_ns = before_ns };
		if (!left[held])
			continue;
		tracer_each(tracer, held, collect, &gone);
		for (size_t i = 0; i < gone.count; i++)
			if (bpf_map_delete_elem(map_of_held(tracer, held), &gone.list[i].key) == 0)
				given_back(tracer, &gone.list[i].block);
		free(gone.list);
	}
}
