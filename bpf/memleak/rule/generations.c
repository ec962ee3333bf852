#include <math.h>

#include "rule/constants.h"
#include "rule/generations.h"

/* The least of a block that has to be in a part: those of a bin are spread over it. */
#define SOME 0.5
/* Of a mean of so few parts the error that 95 of 100 are within, in standard errors: Student's t,
 * of 4 and of 2 degrees of freedom. */
#define STUDENT_MANY 2.78
#define STUDENT_FEW 4.3
/* The first block of a steady pace comes after so many gaps at most, in 95 of 100 runs. */
#define LATE 3

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

/* Of the mean of what is in a part. */
static double error_of(const double *values, unsigned count)
{
	double sum = 0, squares = 0;

	for (unsigned i = 0; i < count; i++)
		sum += values[i];
	double mean = sum / count;
	for (unsigned i = 0; i < count; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	return (count == PARTS_OF_MANY ? STUDENT_MANY : STUDENT_FEW) *
	       sqrt(squares / (count - 1) / count);
}

/* When the first of them was born: the oldest of those that lie anywhere in a bin is about so far
 * from its end. */
static double first_ms(const struct population *population, double least_ms)
{
	double first = population->at_ms;

	for (unsigned bin = 0; bin < LIFE_BINS; bin++) {
		double blocks = population->alive[bin].count / population->weight;
		if (blocks <= 0 || age_from_ms(bin) < least_ms)
			continue;
		double to = age_to_ms(population, bin);
		first = fmin(first,
			     population->at_ms - to + (to - age_from_ms(bin)) / (blocks + 1));
	}
	return first;
}

/* What came, by the time in which it could. That is all of the run, less the age at which a block
 * counts, but where the first of them came so late that they had not begun: then it is what came
 * after that one, by the time since. `whole`: blocks that survived. */
static struct estimate rate_of(const struct parts *parts, const struct age *whole,
			       const struct population *population)
{
	double weight = population->weight, drawn = whole->count / weight;
	double first = first_ms(population, outlives_ms(population));
	double since = parts->end_ms - first;
	bool began = first * (drawn - 1) <= LATE * since;
	double came = began ? 1 : (whole->count - weight) / whole->count;
	double ms = began ? parts->end_ms : since;
	double of_parts = error_of(parts->bytes, parts->count) * parts->count * 1000.0 /
			  (parts->end_ms - parts->start_ms);
	double of_one = whole->bytes / whole->count * weight * 1000 / ms;

	return (struct estimate){ .known = whole->count >= LEAST_BLOCKS,
				  .value = whole->bytes * came * 1000 / ms,
				  .error = fmax(of_parts, of_one) };
}

/* Whether the line through the parts falls to less than half, and by more than they scatter around
 * it: by chance, or since several come at once. */
static bool slows(const struct parts *parts, double all)
{
	double middle = (parts->count - 1) / 2.0, mean = all / parts->count;
	double squares = 0, moment = 0, around = 0;

	if (parts->count < PARTS_OF_MANY)
		return false;
	for (unsigned i = 0; i < parts->count; i++) {
		squares += (i - middle) * (i - middle);
		moment += (i - middle) * parts->blocks[i];
	}
	for (unsigned i = 0; i < parts->count; i++)
		around += pow(parts->blocks[i] - mean - moment / squares * (i - middle), 2);
	/* From its first to its last point. */
	double falls = -moment / squares * (parts->count - 1);
	return falls > 2.0 / 3 * mean &&
	       moment < -SLOWS * sqrt(fmax(mean, around / (parts->count - 2)) * squares);
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
	born.slows = slows(&parts, all);
	born.span_ms = parts.end_ms - parts.start_ms;
	born.rate = rate_of(&parts, &old, population);
	born.gap_ms = (parts.end_ms - parts.start_ms) / fmax(1, survivors - 1);
	return born;
}
