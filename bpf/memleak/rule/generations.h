/* When those that outlived all that came back were born. */
#pragma once

#include <stdbool.h>

#include "rule/population.h"

struct estimate {
	bool known;
	double value, error; /* two standard errors */
};

struct generations {
	double survivors, bytes;
	/* Parts of the time from the first of them until nobody younger could be one; and how many
	 * of them have some. */
	unsigned parts, held;
	bool goes_on;	      /* the last part has its share */
	struct estimate rate; /* what they add up to in a second, bytes */
	double gap_ms;	      /* between two of them, on average */
};
/* `unseen_frees`: so many of them may have been given back, and nobody saw it. */
struct generations generations(const struct population *population, double unseen_frees);
