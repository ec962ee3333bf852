#include <stdlib.h>
#include <string.h>

#include "objects/length.h"
#include "objects/returns.h"

/* More instructions than an allocator's fast paths and slow ones have together. */
#define MOST_INSTRUCTIONS 20000
#define MOST_WAYS 512

/* How a way through the code goes on after an instruction. */
enum flow { ON, BRANCHES, JUMPS, SLOT, RETURNS, LEAVES, LOST };

struct step {
	enum flow flow;
	size_t length;
	int64_t distance; /* of a branch, a jump or a slot, from the instruction's end */
};

#if defined(__aarch64__)
static int64_t extended(uint32_t bits, int width)
{
	return (int64_t)((uint64_t)bits << (64 - width)) >> (64 - width) << 2;
}

static struct step step_at(const uint8_t *code, size_t size)
{
	uint32_t word;
	struct step step = { .flow = LOST, .length = 4 };

	if (size < sizeof(word))
		return step;
	memcpy(&word, code, sizeof(word));
	step.flow = ON;
	if ((word & 0xfc000000) == 0x14000000) { /* b */
		step = (struct step){ JUMPS, 4, extended(word & 0x3ffffff, 26) - 4 };
	} else if ((word & 0xff000000) == 0x54000000 || (word & 0x7e000000) == 0x34000000) {
		/* b.cond, cbz, cbnz */
		step = (struct step){ BRANCHES, 4, extended(word >> 5 & 0x7ffff, 19) - 4 };
	} else if ((word & 0x7e000000) == 0x36000000) { /* tbz, tbnz */
		step = (struct step){ BRANCHES, 4, extended(word >> 5 & 0x3fff, 14) - 4 };
	} else if ((word & 0xfffffc1f) == 0xd65f0000 || (word & 0xfffffbff) == 0xd65f0bff) {
		step.flow = RETURNS; /* ret, retaa, retab */
	} else if ((word & 0xfffffc1f) == 0xd61f0000) {
		step.flow = LOST; /* br */
	} else if ((word & 0xffe0001f) == 0xd4200000 || word == 0) {
		step.flow = LEAVES; /* brk, udf: it ends there */
	}
	return step;
}
#else
static int64_t number_at(const uint8_t *at, size_t bytes)
{
	int32_t number = 0;

	if (bytes == 1)
		return (int8_t)at[0];
	memcpy(&number, at, sizeof(number));
	return number;
}

/* Beyond the prefixes that jumps and returns may have. */
static const uint8_t *opcode_of(const uint8_t *code, const uint8_t *end)
{
	while (code < end && (*code == 0xf2 || *code == 0xf3 || *code == 0x3e || *code == 0x2e ||
			      (*code & 0xf0) == 0x40))
		code++;
	return code;
}

static struct step step_at(const uint8_t *code, size_t size)
{
	struct step step = { .flow = LOST, .length = instruction_length(code, size) };
	const uint8_t *end = code + step.length, *at = opcode_of(code, end);

	if (!step.length || at == end)
		return step;
	step.flow = ON;
	if (*at == 0xc3 || *at == 0xc2) {
		step.flow = RETURNS;
	} else if (*at == 0xeb || *at == 0xe9) {
		step.flow = JUMPS;
		step.distance = number_at(at + 1, *at == 0xeb ? 1 : 4);
	} else if ((*at & 0xf0) == 0x70 || (*at >= 0xe0 && *at <= 0xe3)) {
		step.flow = BRANCHES;
		step.distance = number_at(at + 1, 1);
	} else if (*at == 0x0f && end - at >= 6 && (at[1] & 0xf0) == 0x80) {
		step.flow = BRANCHES;
		step.distance = number_at(at + 2, 4);
	} else if (*at == 0xff && end - at >= 2 && (at[1] & 0x38) == 0x20) {
		/* Through memory at a distance: as to other libraries. Else nobody knows where. */
		step.flow = at[1] == 0x25 ? SLOT : LOST;
		step.distance = step.flow == SLOT ? number_at(at + 2, 4) : 0;
	} else if (*at == 0xf4 || (*at == 0x0f && at[1] == 0x0b) || *at == 0xcc) {
		step.flow = LEAVES; /* hlt, ud2, int3: it ends there */
	}
	return step;
}
#endif

struct search {
	const struct code *code;
	uint8_t *seen; /* a bit a byte */
	size_t ways[MOST_WAYS];
	int way_count;
	struct returns found;
};

static bool first_time(struct search *search, size_t at)
{
	uint8_t bit = (uint8_t)(1 << (at & 7));
	bool first = !(search->seen[at / 8] & bit);

	search->seen[at / 8] |= bit;
	return first;
}

static void add_way(struct search *search, int64_t at)
{
	if (at < 0 || (size_t)at >= search->code->size || search->way_count == MOST_WAYS)
		search->found.all = false;
	else
		search->ways[search->way_count++] = (size_t)at;
}

static void add_return(struct search *search, size_t at)
{
	if (search->found.count == MOST_RETURNS)
		search->found.all = false;
	else
		search->found.at[search->found.count++] = at;
}

/* A library calls its own functions by slots, too, if others may put theirs in their place. */
static void by_slot(struct search *search, uint64_t slot)
{
	const struct code *code = search->code;

	for (size_t i = 0; i < code->slot_count; i++)
		if (code->slots[i].at == code->base + slot) {
			add_way(search, (int64_t)(code->slots[i].to - code->base));
			return;
		}
}

/* Along one way, until it ends or comes to where another has been. */
static int follow(struct search *search, size_t at, int left)
{
	while (left > 0 && first_time(search, at)) {
		struct step step = step_at(search->code->bytes + at, search->code->size - at);
		size_t next = at + step.length;
		left--;
		if (step.flow == RETURNS)
			add_return(search, at);
		if (step.flow == LOST)
			search->found.all = false;
		if (step.flow == BRANCHES || step.flow == JUMPS)
			add_way(search, (int64_t)next + step.distance);
		if (step.flow == SLOT)
			by_slot(search, (uint64_t)((int64_t)next + step.distance));
		if ((step.flow != ON && step.flow != BRANCHES) || next >= search->code->size)
			break;
		at = next;
	}
	return left;
}

struct returns returns_of(const struct code *code, size_t entry)
{
	struct search search = { .code = code,
				 .seen = calloc(1, code->size / 8 + 1),
				 .found = { .all = true } };
	int left = MOST_INSTRUCTIONS;

	if (!search.seen)
		return (struct returns){ 0 };
	add_way(&search, (int64_t)entry);
	while (search.way_count && left > 0)
		left = follow(&search, search.ways[--search.way_count], left);
	free(search.seen);
	search.found.all &= left > 0;
	return search.found;
}
