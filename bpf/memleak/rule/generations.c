#include <math.h>

#include "rule/constants.h"
#include "rule/generations.h"

/* The least of a block that has to be in a part: those of a bin are spread over it. */
#define SOME 0.5

/* The time in which they were born, in equal parts. */
struct parts {
	double start_ms, end_ms;
	unsigned count;
	double blocks[PARTS_OF_MANY], bytes[PARTS_OF_MANY];
};

static double part_begins(const struct parts *parts, unsigned i)
{
	return parts->start_ms + (double)i * (parts->end_ms - parts->start_ms) / parts->count;
}

/* How much of what was born between these two was born in a part; a moment lies in the part that it
 * is in, and at the very end in the last. */
static double overlap(const struct parts *parts, double from, double to, unsigned i)
{
	double start = part_begins(parts, i), end = part_begins(parts, i + 1);
	bool last = i == parts->count - 1;

	if (to > from)
		return fmax(0, fmin(to, end) - fmax(from, start)) / (to - from);
	return from >= start && (from < end || last) ? 1 : 0;
}

static void spread(struct parts *parts, const struct population *population, double least_ms)
{
	for (unsigned bin = 0; bin < LIFE_BINS; bin++) {
		const struct age *age = &population->alive[bin];
		if (age->count <= 0 || age_from_ms(bin) < least_ms)
			continue;
		double from = fmax(parts->start_ms, population->at_ms - age_to_ms(population, bin));
		double to = fmax(from, fmin(parts->end_ms, population->at_ms - age_from_ms(bin)));
		for (unsigned i = 0; i < parts->count; i++) {
			double share = overlap(parts, from, to, i);
			parts->blocks[i] += share * age->count / population->weight;
			parts->bytes[i] += share * age->bytes;
		}
	}
}

/* Two standard errors of what is in a part. */
static double error_of(const double *values, unsigned count)
{
	double sum = 0, squares = 0;

	for (unsigned i = 0; i < count; i++)
		sum += values[i];
	double mean = sum / count;
	for (unsigned i = 0; i < count; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	return count < 2 ? 0 : ERRORS * sqrt(squares / (count - 1) / count);
}

/* `whole`: blocks that survived. The first of them began the time, and is not of what came in it.
 */
static struct estimate rate_of(const struct parts *parts, const struct age *whole, double weight)
{
	double long_ms = parts->end_ms - parts->start_ms;
	double came = fmax(0, whole->count - weight) / whole->count;
	double of_parts = error_of(parts->bytes, parts->count) * (parts->count * 1000.0 / long_ms);
	double of_one = whole->bytes / whole->count * weight * 1000 / long_ms;

	return (struct estimate){ .known = whole->count >= LEAST_BLOCKS,
				  .value = whole->bytes * came * 1000 / long_ms,
				  .error = fmax(of_parts, of_one) };
}

struct generations generations(const struct population *population, double unseen_frees)
{
	double least = outlives_ms(population), first = population->at_ms, all = 0;
	struct age old = older_than(population, least);
	double survivors = fmax(0, old.count / population->weight - unseen_frees);
	struct generations born = { .survivors = survivors,
				    .bytes = old.bytes,
				    .parts =
					    survivors >= MANY_FROM ? PARTS_OF_MANY : PARTS_OF_FEW };

	if (survivors <= 0)
		return born;
	for (unsigned bin = 0; bin < LIFE_BINS; bin++)
		if (population->alive[bin].count > 0 && age_from_ms(bin) >= least)
			first = fmin(first, population->at_ms - age_to_ms(population, bin));
	struct parts parts = { .start_ms = first,
			       .end_ms = population->at_ms - least,
			       .count = born.parts };
	if (!(parts.end_ms > parts.start_ms)) {
		born.held = 1;
		return born;
	}
	spread(&parts, population, least);
	for (unsigned i = 0; i < parts.count; i++) {
		all += parts.blocks[i];
		born.held += parts.blocks[i] >= SOME;
	}
	double last = parts.blocks[parts.count - 1];
	born.goes_on = last >= SOME && last >= LAST_PART * all / parts.count;
	born.rate = rate_of(&parts, &old, population->weight);
	born.gap_ms = (parts.end_ms - parts.start_ms) / fmax(1, survivors - 1);
	return born;
}
