/* When those that outlived all that came back were born. */
#pragma once

#include <stdbool.h>

#include "rule/population.h"

struct estimate {
	bool known;
	double value, error; /* of 95 runs in 100 */
};

struct generations {
	double survivors, bytes;
	/* Parts of the time from the first of them until nobody younger could be one; and how many
	 * of them have some. */
	unsigned parts, held;
	bool goes_on;	      /* the last part has its share */
	bool slows;	      /* fewer and fewer of them */
	double span_ms;	      /* how long that time is */
	struct estimate rate; /* what they add up to in a second, bytes */
	double gap_ms;	      /* between two of them, on average */
};
/* `unseen_frees`: so many of them may have been given back, and nobody saw it. */
struct generations generations(const struct population *population, double unseen_frees);
