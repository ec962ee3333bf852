/* What the old blocks of a call site hold, at one look after another: one that grows by realloc is
 * one life whose bytes change. */
#pragma once

#include <stddef.h>

#include "rule/generations.h"

struct look_held {
	double at_ms, blocks, bytes;
};

/* How the least of what is held goes from part to part of the looks. */
struct rise {
	unsigned parts, rises; /* parts; the steps between them that rise */
	bool goes_on;
	double first_bytes, last_bytes; /* the least of the first part, and of the last */
	double lasting_ms;		/* since the first part ended */
	struct estimate rate;
};
struct rise rise(const struct look_held *looks, size_t count);
