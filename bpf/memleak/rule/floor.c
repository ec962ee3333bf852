#include <math.h>
#include <stddef.h>

#include "rule/constants.h"
#include "rule/floor.h"

/* Poisson: where none of a kind was seen, so many may have been meant to come, in 95 of 100 runs;
 * where some were, more. */
#define NONE_SEEN 3

static double may_have_been(double seen)
{
	return NONE_SEEN + 2 * sqrt(seen);
}

/* Whoever may be as old as this, and may have been born since then. */
static struct age of_part(const struct population *population, double age_ms, double start_ms)
{
	struct age all = { 0 };

	for (unsigned bin = 0; bin < LIFE_BINS; bin++) {
		if (!(age_to_ms(population, bin) > age_ms) ||
		    !(age_from_ms(bin) < population->at_ms - start_ms))
			continue;
		all.count += population->alive[bin].count;
		all.bytes += population->alive[bin].bytes;
	}
	return all;
}

struct estimate could_hide(const struct population *population)
{
	double at = population->at_ms, size = population->allocated_bytes / population->allocs;
	const double ages[] = { LEAST_AGE_MS, population->longest_ended_ms, at / 16, at / 8, at / 4,
				at / 2 };
	struct estimate least = { 0 };

	if (!(at > 0) || population->allocs <= 0)
		return least;
	for (double start = 0; start <= at / 2; start += at / 2)
		for (size_t i = 0; i < sizeof(ages) / sizeof(ages[0]); i++) {
			double long_ms = at - ages[i] - start;
			if (!(long_ms >= at / 8))
				continue;
			struct age old = of_part(population, ages[i], start);
			double bytes = old.bytes + may_have_been(old.count / population->weight) *
							   size * population->weight;
			double rate = bytes * 1000 / long_ms;
			if (!least.known || rate < least.value)
				least = (struct estimate){ .known = true, .value = rate };
		}
	return least;
}
