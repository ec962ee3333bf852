/* Outstanding blocks of each call site by age, at one look. */
#pragma once

#include "rule/population.h"
#include "tracer/tracer.h"

struct site_ages {
	struct age bins[LIFE_BINS];
	uint64_t known; /* blocks that it is made of: fewer than it tells of, in a sample */
};

struct ages {
	uint64_t look_ns;
	struct site_ages *by_site;
	uint32_t sites, room;
};
/* Counted anew; false where there is no memory for it. */
bool ages_begin(struct ages *ages, uint32_t sites, uint64_t look_ns);
/* One more; what was born after the look is in none. */
void ages_add(struct ages *ages, const struct block *block);
const struct site_ages *ages_of(const struct ages *ages, uint32_t site);
void ages_free(struct ages *ages);
