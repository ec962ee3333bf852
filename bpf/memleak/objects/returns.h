/* Where a function returns to its caller, itself or by one that it ends in a jump to. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file's code, or as much of it as lies in one segment; addresses of the image are `base` and on.
 */
struct code {
	const uint8_t *bytes;
	size_t size;
	uint64_t base;
	/* Where jumps through memory lead to, of those that stay in the file. */
	struct slot {
		uint64_t at, to;
	} *slots;
	size_t slot_count;
};

#define MOST_RETURNS 16
struct returns {
	size_t at[MOST_RETURNS]; /* from the code's beginning */
	int count;
	/* Every way through it was followed to its end; a jump through memory, as from one library
	 * to another, is an end. */
	bool all;
};
/* Follows the code from there on. Addresses that are told are those of whole instructions. */
struct returns returns_of(const struct code *code, size_t entry);
