#include <math.h>

#include "rule/constants.h"
#include "rule/sums.h"

/* Of fewer looks than this nothing is said. */
#define LEAST_LOOKS 3

/* The look of a part with the fewest bytes. */
static const struct look_held *low(const struct look_held *looks, size_t count, unsigned parts,
				   unsigned part)
{
	const struct look_held *least = &looks[part * count / parts];

	for (size_t i = part * count / parts; i < (part + 1) * count / parts; i++)
		if (looks[i].bytes < least->bytes)
			least = &looks[i];
	return least;
}

struct rise rise(const struct look_held *looks, size_t count)
{
	unsigned parts = count < PARTS_OF_MANY ? (unsigned)count : PARTS_OF_MANY;
	struct rise rise = { .parts = parts };
	double most = -INFINITY, least = INFINITY, step = 0;

	if (count < LEAST_LOOKS)
		return rise;
	const struct look_held *first = low(looks, count, parts, 0), *last = first;
	for (unsigned i = 1; i < parts; i++) {
		const struct look_held *next = low(looks, count, parts, i);
		step = next->bytes - last->bytes;
		most = fmax(most, step);
		least = fmin(least, step);
		rise.rises += step > 0;
		last = next;
	}
	double mean = (last->bytes - first->bytes) / (parts - 1);
	double seconds = (last->at_ms - first->at_ms) / 1000, more = last->blocks - first->blocks;
	/* Of blocks that come and go, numbers differ by chance. */
	double by_chance = 2 * sqrt(fmax(0, first->blocks));
	bool grows = mean > 0 && (last->blocks + first->blocks == 0 || more <= 0 ||
				  more >= fmin(LEAST_BLOCKS, by_chance + 1));
	rise.goes_on = grows && step >= LAST_PART * mean;
	rise.first_bytes = first->bytes;
	rise.last_bytes = last->bytes;
	rise.lasting_ms = looks[count - 1].at_ms - looks[count / parts - 1].at_ms;
	if (seconds > 0 && mean > 0)
		rise.rate = (struct estimate){ .known = true,
					       .value = (last->bytes - first->bytes) / seconds,
					       .error = (most - least) / seconds };
	return rise;
}
