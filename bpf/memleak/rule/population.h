/* The blocks of one call site as the rule looks at them. Pure: values in, values out. */
#pragma once

#include "rule/bins.h"

struct age {
	double count, bytes; /* of all blocks that these stand for */
};

/* Times in ms; counts are of all blocks of the process, in a sample by estimate. */
struct population {
	double at_ms; /* since the trace began */
	double ended[LIFE_BINS];
	struct age alive[LIFE_BINS];
	double longest_ended_ms; /* 0: none ended */
	double allocs, allocated_bytes;
	double weight; /* so many blocks stand behind each one that is known: 1, but in a sample */
};

/* What a bin's blocks are as old as; nobody is older than the trace. */
double age_from_ms(unsigned bin);
double age_to_ms(const struct population *population, unsigned bin);
/* From which age on a block has outlived all that came back. */
double outlives_ms(const struct population *population);
/* Blocks and bytes that are surely as old as this. */
struct age older_than(const struct population *population, double ms);
