#pragma once

#include "reach/reach.h"

/* The same holders, by name, of one call site's blocks. Those of globals come by address. */
void holders_add(struct witness *witness, const struct holding *holding,
		 const struct memory *memory, uint64_t at_ns);
/* Most blocks first. */
void holders_sort(struct witness *witness);
