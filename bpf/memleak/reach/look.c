#include <stdlib.h>
#include <string.h>

#include "reach/kernel_held.h"
#include "reach/look.h"

/* Pointers from one node to another that are kept apart; what is above counts as held. */
#define MOST_EDGES (4u << 20)

struct edge {
	uint32_t from, to;
};
struct look {
	const struct reach_blocks *blocks;
	struct page_filter filter;
	struct holding *found;
	struct edge *edges;
	size_t edge_count, edge_room;
	size_t last; /* the block that a pointer was last found in */
};

static void hold(struct look *look, size_t block, enum holder_kind kind, uint64_t at)
{
	struct holding *holding = &look->found[block];

	if (kind < holding->kind)
		*holding = (struct holding){ .at = at, .kind = (uint8_t)kind };
}

static void add_edge(struct look *look, size_t from, size_t to)
{
	if (look->edge_count == look->edge_room && look->edge_room < MOST_EDGES) {
		size_t room = look->edge_room ? look->edge_room * 2 : 4096;
		struct edge *grown = realloc(look->edges, room * sizeof(*grown));
		if (grown) {
			look->edges = grown;
			look->edge_room = room;
		}
	}
	if (look->edge_count == look->edge_room) {
		hold(look, to, HELD_BY_BLOCK, look->blocks->list[from].site);
		return;
	}
	look->edges[look->edge_count++] = (struct edge){ (uint32_t)from, (uint32_t)to };
}

/*
 * glibc's lists of free chunks point at a chunk's head, which begins in the last eight bytes of
 * the block before it: from outside of all known blocks such a pointer says that the neighbour is
 * free, and nothing of this one.
 */
static bool is_next_chunk(const struct reach_block *block, uint64_t pointer)
{
	uint64_t usable = ((block->bytes + 23) & ~15ull) - 8;

	return !(block->address & 15) && block->bytes && pointer == block->address + usable - 8;
}

static size_t holder_at(struct look *look, uint64_t address)
{
	const struct reach_block *last =
		look->last == NO_BLOCK ? NULL : &look->blocks->list[look->last];

	if (last && address - last->address < last->bytes)
		return look->last;
	size_t found = reach_block_at(look->blocks, address);
	if (found != NO_BLOCK)
		look->last = found;
	return found;
}

static enum holder_kind kind_of(const struct area *area)
{
	return area->kind == AREA_GLOBALS ? HELD_BY_GLOBAL
	       : area->kind == AREA_STACK ? HELD_BY_STACK
					  : HELD_BY_MEMORY;
}

static void on_pointer(struct look *look, const struct area *area, uint64_t at, uint64_t pointer)
{
	size_t to = reach_block_at(look->blocks, pointer);

	if (to == NO_BLOCK || !look->blocks->list[to].node)
		return;
	size_t from = holder_at(look, at);
	if (from == to)
		return;
	if (from != NO_BLOCK && look->blocks->list[from].node)
		add_edge(look, from, to);
	else if (from != NO_BLOCK)
		hold(look, to, HELD_BY_BLOCK, look->blocks->list[from].site);
	else if (!is_next_chunk(&look->blocks->list[to], pointer))
		hold(look, to, kind_of(area), area->kind == AREA_STACK ? (uint64_t)area->tid : at);
}

static void on_stretch(void *with, const struct stretch *stretch)
{
	struct look *look = with;
	uint64_t low = look->filter.low, span = look->filter.span;

	for (size_t i = 0; i < stretch->count; i++) {
		uint64_t pointer = stretch->words[i] & POINTER_BITS;
		if (__builtin_expect(pointer - low < span, 0) &&
		    page_filter_passes(&look->filter, pointer))
			on_pointer(look, stretch->area, stretch->address + i * sizeof(uint64_t),
				   pointer);
	}
}

static void on_outside(struct look *look, enum holder_kind kind, uint64_t at, uint64_t word)
{
	uint64_t pointer = word & POINTER_BITS;
	size_t to = page_filter_passes(&look->filter, pointer)
			    ? reach_block_at(look->blocks, pointer)
			    : NO_BLOCK;

	if (to != NO_BLOCK && look->blocks->list[to].node)
		hold(look, to, kind, at);
}

static void on_kernel_held(void *with, uint64_t pointer)
{
	on_outside(with, HELD_BY_KERNEL, 0, pointer);
}

static void on_threads(struct look *look, const struct threads *threads)
{
	for (size_t i = 0; i < threads->count; i++) {
		const struct thread *thread = &threads->list[i];
		for (int n = 0; n < thread->count; n++)
			on_outside(look, HELD_BY_REGISTER, (uint64_t)thread->tid,
				   thread->registers[n]);
	}
}

/* From one that is held to another: through blocks of its own call site the holder stays the same,
 * so that a list is held by who has its head. */
static struct holding passed_on(const struct look *look, uint32_t from, uint32_t to)
{
	const struct reach_block *list = look->blocks->list;

	if (list[from].site == list[to].site)
		return look->found[from];
	return (struct holding){ .at = list[from].site, .kind = HELD_BY_BLOCK };
}

/* Where a node's pointers lead: `to[first[node]]`, until the next one's. */
struct web {
	size_t *first;
	uint32_t *to, *queue;
	bool *done;
};

static void web_fill(struct web *web, const struct look *look)
{
	for (size_t i = 0; i < look->edge_count; i++)
		web->first[look->edges[i].from + 1]++;
	for (size_t i = 0; i < look->blocks->count; i++)
		web->first[i + 1] += web->first[i];
	for (size_t i = 0; i < look->edge_count; i++)
		web->to[web->first[look->edges[i].from]++] = look->edges[i].to;
	/* Each has moved on to where the next one's begin. */
	memmove(&web->first[1], web->first, look->blocks->count * sizeof(*web->first));
	web->first[0] = 0;
}

/* Those that say most come first, with all that hangs on them. */
static void follow(struct look *look, const struct web *web)
{
	size_t head = 0, tail = 0;

	for (int kind = HELD_BY_GLOBAL; kind < HELD_BY_NOBODY; kind++) {
		for (size_t i = 0; i < look->blocks->count; i++) {
			if (look->found[i].kind != kind || web->done[i])
				continue;
			web->done[i] = true;
			web->queue[tail++] = (uint32_t)i;
		}
		for (; head < tail; head++) {
			uint32_t from = web->queue[head];
			for (size_t i = web->first[from]; i < web->first[from + 1]; i++) {
				uint32_t to = web->to[i];
				if (web->done[to])
					continue;
				struct holding on = passed_on(look, from, to);
				hold(look, to, on.kind, on.at);
				web->done[to] = true;
				web->queue[tail++] = to;
			}
		}
	}
}

static bool spread(struct look *look)
{
	size_t count = look->blocks->count;
	struct web web = { .first = calloc(count + 2, sizeof(*web.first)),
			   .to = malloc((look->edge_count + 1) * sizeof(*web.to)),
			   .queue = malloc((count + 1) * sizeof(*web.queue)),
			   .done = calloc(count + 1, sizeof(*web.done)) };
	bool done = web.first && web.to && web.queue && web.done;

	if (done) {
		web_fill(&web, look);
		follow(look, &web);
	}
	free(web.first);
	free(web.to);
	free(web.queue);
	free(web.done);
	return done;
}

struct holding *look_through(struct memory *memory, const struct reach_blocks *blocks,
			     const struct threads *threads, enum direction direction,
			     struct reason *why)
{
	struct look *look = calloc(1, sizeof(*look));
	struct holding *found = malloc((blocks->count + 1) * sizeof(*found));

	if (!look || !found) {
		free(look);
		free(found);
		reason_put(why, "there is no memory to look with");
		return NULL;
	}
	for (size_t i = 0; i < blocks->count; i++)
		found[i] = (struct holding){ .kind = HELD_BY_NOBODY };
	look->blocks = blocks;
	look->found = found;
	look->last = NO_BLOCK;
	page_filter_fill(&look->filter, blocks);
	on_threads(look, threads);
	kernel_held(memory->pid, on_kernel_held, look);
	bool done = memory_map(memory, threads, why) == 0 &&
		    memory_scan(memory, direction, on_stretch, look, why) == 0;
	if (done && !spread(look)) {
		reason_put(why, "there is no memory to look with");
		done = false;
	}
	free(look->edges);
	free(look);
	if (done)
		return found;
	free(found);
	return NULL;
}
