/* What the blocks that were there at the first look hold at each look: what is born later does not
 * count, so that more of it is growth by realloc. */
#pragma once

#include "rule/sums.h"

#define MOST_LOOKS 512

struct cohort {
	double first_ms, first_blocks;
	struct look_held *looks;
	size_t count, room;
};
/* One look more. Where there are too many, half of them go: those long past need no fine grain. */
void cohort_look(struct cohort *cohort, const struct population *population);
void cohort_free(struct cohort *cohort);
