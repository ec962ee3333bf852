/* Outstanding blocks of each call site by age, at one look. */
#pragma once

#include "tracer/tracer.h"

struct age {
	double count, bytes; /* of all blocks that these stand for */
};

struct ages {
	uint64_t look_ns;
	struct age (*by_site)[LIFE_BINS];
	uint32_t sites, room;
};
/* Counted anew; false where there is no memory for it. */
bool ages_begin(struct ages *ages, uint32_t sites, uint64_t look_ns);
/* One more; what was born after the look is in none. */
void ages_add(struct ages *ages, const struct block *block);
/* LIFE_BINS of them. */
const struct age *ages_of(const struct ages *ages, uint32_t site);
void ages_free(struct ages *ages);
