/* What only going through the blocks themselves tells of a call site: commonest size, ages. */
#pragma once

#include "tracer/tracer.h"

struct tally {
	double bytes, count; /* of all blocks that these stand for */
	uint64_t drawn;	     /* these themselves */
	double square_bytes; /* of the bytes' standard error */
	double common_count;
	uint64_t common_bytes;
	uint64_t oldest_ns;
};

struct tallies;
struct tallies *tallies_new(uint32_t max_sites);
/* Counted anew: what was born until `horizon_ns`. False where the kernel refuses. */
bool tallies_count(struct tallies *tallies, const struct tracer *tracer, uint64_t horizon_ns,
		   bool regions_too);
const struct tally *tally_of(const struct tallies *tallies, uint32_t site);
void tallies_free(struct tallies *tallies);
