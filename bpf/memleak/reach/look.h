/* One look through a process's memory: which blocks something still points at. */
#pragma once

#include "reach/blocks.h"
#include "reach/memory.h"

/* Who holds a block, the one that says most first. */
enum holder_kind {
	HELD_BY_GLOBAL = 1, /* `at`: where the pointer lies */
	HELD_BY_BLOCK,	    /* `at`: the call site of the block that it lies in */
	HELD_BY_KERNEL,	    /* what waits for events has it: epoll, a timer */
	HELD_BY_MEMORY,	    /* `at`: where the pointer lies, in no block that is known */
	HELD_BY_STACK,	    /* `at`: the thread */
	HELD_BY_REGISTER,   /* likewise */
	HELD_BY_NOBODY,
};
struct holding {
	uint64_t at;
	uint8_t kind;
};

/*
 * Each block's, in the order of `blocks`; of what is no node, nobody. What lies in a node counts
 * once the node is held itself: lost blocks that point at one another do not hold each other.
 * NULL with `why`.
 */
struct holding *look_through(struct memory *memory, const struct reach_blocks *blocks,
			     const struct threads *threads, enum direction direction,
			     struct reason *why);
