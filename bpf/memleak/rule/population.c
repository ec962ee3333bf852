#include <math.h>

#include "rule/constants.h"
#include "rule/population.h"

double age_from_ms(unsigned bin)
{
	return bin_from_ms(bin);
}

double age_to_ms(const struct population *population, unsigned bin)
{
	return fmax(bin_from_ms(bin), fmin(bin_to_ms(bin), population->at_ms));
}

double outlives_ms(const struct population *population)
{
	return fmax(OUTLIVES * population->longest_ended_ms, LEAST_AGE_MS);
}

struct age older_than(const struct population *population, double ms)
{
	struct age all = { 0 };

	for (unsigned bin = 0; bin < LIFE_BINS; bin++) {
		if (bin_from_ms(bin) < ms)
			continue;
		all.count += population->alive[bin].count;
		all.bytes += population->alive[bin].bytes;
	}
	return all;
}
