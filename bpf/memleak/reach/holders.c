#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reach/holders.h"
#include "symbols/symbols.h"

/* The global that was named last: an array's pointers lie side by side. */
static struct {
	pid_t pid;
	uint64_t start, end, at_ns;
	struct frame frame;
} last;

static const struct frame *global_at(pid_t pid, uint64_t address, uint64_t at_ns)
{
	if (last.pid == pid && last.at_ns == at_ns && address >= last.start && address < last.end) {
		last.frame.offset = address - last.start;
		return &last.frame;
	}
	uint64_t bytes = global_of(pid, address, at_ns, &last.frame);
	last.pid = pid;
	last.at_ns = at_ns;
	last.start = address - last.frame.offset;
	last.end = last.start + bytes;
	return &last.frame;
}

static struct holder named(const struct holding *holding, const struct memory *memory,
			   uint64_t at_ns)
{
	struct holder holder = { .kind = holding->kind, .count = 1 };
	const struct area *area;

	switch (holder.kind) {
	case HELD_BY_BLOCK:
		holder.site = (uint32_t)holding->at;
		return holder;
	case HELD_BY_STACK:
	case HELD_BY_REGISTER:
		holder.tid = (pid_t)holding->at;
		return holder;
	case HELD_BY_KERNEL:
		snprintf(holder.module, sizeof(holder.module), "[kernel]");
		return holder;
	default:
		break;
	}
	area = memory_area_at(memory, holding->at);
	if (area)
		snprintf(holder.module, sizeof(holder.module), "%s", area->name);
	const struct frame *frame =
		holder.kind == HELD_BY_GLOBAL ? global_at(memory->pid, holding->at, at_ns) : NULL;
	if (frame && frame->symbol[0]) {
		snprintf(holder.symbol, sizeof(holder.symbol), "%s", frame->symbol);
		snprintf(holder.module, sizeof(holder.module), "%.63s", frame->module);
		holder.offset = frame->offset;
	} else {
		holder.kind = HELD_BY_MEMORY;
	}
	return holder;
}

static bool same(const struct holder *one, const struct holder *other)
{
	return one->kind == other->kind && one->site == other->site && one->tid == other->tid &&
	       strcmp(one->symbol, other->symbol) == 0 && strcmp(one->module, other->module) == 0;
}

void holders_add(struct witness *witness, const struct holding *holding,
		 const struct memory *memory, uint64_t at_ns)
{
	struct holder holder = named(holding, memory, at_ns);

	for (int i = 0; i < witness->holders; i++) {
		struct holder *known = &witness->by[i];
		if (!same(known, &holder))
			continue;
		known->count++;
		if (holder.offset < known->offset)
			known->offset = holder.offset;
		return;
	}
	if (witness->holders < MOST_HOLDERS)
		witness->by[witness->holders++] = holder;
}

static int by_count(const void *a, const void *b)
{
	const struct holder *one = a, *other = b;

	return one->count > other->count ? -1 : one->count < other->count;
}

void holders_sort(struct witness *witness)
{
	qsort(witness->by, (size_t)witness->holders, sizeof(witness->by[0]), by_count);
}
