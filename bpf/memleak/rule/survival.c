#include <math.h>

#include "rule/survival.h"

struct plateau survival(const struct population *population)
{
	double at_risk = 0, share = 1, errors = 0;

	for (unsigned bin = 0; bin < LIFE_BINS; bin++)
		at_risk += (population->ended[bin] + population->alive[bin].count) /
			   population->weight;
	for (unsigned bin = 0; bin < LIFE_BINS; bin++) {
		double ended = population->ended[bin] / population->weight;
		double alive = population->alive[bin].count / population->weight;
		double watched = at_risk - alive / 2, left = fmax(0, watched - ended);

		at_risk -= ended + alive;
		if (ended <= 0)
			continue;
		share *= watched > 0 ? left / watched : 0;
		if (left > 0)
			errors += ended / (watched * left);
	}
	return (struct plateau){ .share = share, .error = share * sqrt(errors) };
}
