/* What only going through the blocks themselves tells of a call site: commonest size, ages. */
#pragma once

#include "rule/ages.h"

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
/* Sizes of more blocks than can be gone through in a moment are not counted. */
enum sizes { WITH_SIZES, WITHOUT_SIZES };
/* Counted anew: what was born until `horizon_ns`, and the ages of all at `look_ns`. False where the
 * kernel refuses. */
struct look {
	uint64_t look_ns, horizon_ns;
	enum sizes sizes;
	bool regions_too;
};
bool tallies_count(struct tallies *tallies, const struct tracer *tracer, struct look look);
const struct ages *tallies_ages(const struct tallies *tallies);
const struct tally *tally_of(const struct tallies *tallies, uint32_t site);
void tallies_free(struct tallies *tallies);
