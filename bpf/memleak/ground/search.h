/* Looking something up in what is in order. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* How many of the structures in a list, which are in order of a number at `offset` in each, have
 * one of at most `most`. */
static inline size_t count_up_to(const void *list, size_t count, size_t size, size_t offset,
				 uint64_t most)
{
	const char *first = list;
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (*(const uint64_t *)(const void *)(first + middle * size + offset) <= most)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
