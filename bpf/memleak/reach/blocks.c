#include <stdlib.h>
#include <string.h>

#include "ground/search.h"
#include "reach/blocks.h"

void reach_blocks_add(struct reach_blocks *blocks, const struct reach_block *block)
{
	if (blocks->count == blocks->room) {
		size_t room = blocks->room ? blocks->room * 2 : 4096;
		struct reach_block *grown = realloc(blocks->list, room * sizeof(*grown));
		if (!grown) {
			blocks->lacks_room = true;
			return;
		}
		blocks->list = grown;
		blocks->room = room;
	}
	blocks->list[blocks->count++] = *block;
}

static int by_address(const void *a, const void *b)
{
	const struct reach_block *one = a, *other = b;

	return one->address < other->address ? -1 : one->address > other->address;
}

void reach_blocks_sort(struct reach_blocks *blocks)
{
	if (blocks->count)
		qsort(blocks->list, blocks->count, sizeof(*blocks->list), by_address);
}

size_t reach_block_at(const struct reach_blocks *blocks, uint64_t address)
{
	size_t low = count_up_to(blocks->list, blocks->count, sizeof(*blocks->list),
				 offsetof(struct reach_block, address), address);

	if (!low)
		return NO_BLOCK;
	const struct reach_block *block = &blocks->list[low - 1];
	/* Of no bytes it has an address all the same. */
	return address == block->address || address - block->address < block->bytes ? low - 1
										    : NO_BLOCK;
}

void reach_blocks_free(struct reach_blocks *blocks)
{
	free(blocks->list);
	*blocks = (struct reach_blocks){ 0 };
}

void page_filter_fill(struct page_filter *filter, const struct reach_blocks *blocks)
{
	uint64_t high = 0;

	memset(filter, 0, sizeof(*filter));
	filter->low = UINT64_MAX;
	for (size_t i = 0; i < blocks->count; i++) {
		const struct reach_block *block = &blocks->list[i];
		uint64_t last = block->address + (block->bytes ? block->bytes - 1 : 0);
		if (!block->node)
			continue;
		if (block->address < filter->low)
			filter->low = block->address;
		if (last > high)
			high = last;
		uint64_t pages = (last >> 12) - (block->address >> 12) + 1;
		for (uint64_t n = 0; n < pages && n < 1u << PAGE_BITS; n++) {
			uint64_t page = ((block->address >> 12) + n) & ((1u << PAGE_BITS) - 1);
			filter->bits[page / 64] |= 1ull << page % 64;
		}
	}
	filter->span = high >= filter->low ? high - filter->low + 1 : 0;
	if (!filter->span)
		filter->low = 0;
}
