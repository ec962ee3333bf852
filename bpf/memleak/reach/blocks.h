/* Outstanding blocks, found by any address in them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reach_block {
	uint64_t address, bytes, born_ns;
	uint32_t site;
	bool asked; /* whether it is lost or held is the question */
	bool node;  /* it holds only what is held through it: as all of its call site */
};
struct reach_blocks {
	struct reach_block *list;
	size_t count, room;
	bool lacks_room;
};
#define NO_BLOCK SIZE_MAX

void reach_blocks_add(struct reach_blocks *blocks, const struct reach_block *block);
/* By address, as the others need them. */
void reach_blocks_sort(struct reach_blocks *blocks);
size_t reach_block_at(const struct reach_blocks *blocks, uint64_t address);
void reach_blocks_free(struct reach_blocks *blocks);

/*
 * Of pointers most are none: they lie outside of all nodes, or on no page of any. `wanted` says so
 * with one compare, or with a bit. What a program keeps in a pointer's upper 16 bits is no part of
 * it.
 */
#define POINTER_BITS 0x0000ffffffffffffull
#define PAGE_BITS 22
struct page_filter {
	uint64_t low, span;
	uint64_t bits[(1u << PAGE_BITS) / 64];
};
void page_filter_fill(struct page_filter *filter, const struct reach_blocks *blocks);

static inline bool page_filter_passes(const struct page_filter *filter, uint64_t pointer)
{
	uint64_t page = pointer >> 12 & ((1u << PAGE_BITS) - 1);

	return pointer - filter->low < filter->span && filter->bits[page / 64] >> page % 64 & 1;
}
