#include <math.h>

#include "rule/constants.h"
#include "rule/judge.h"
#include "rule/survival.h"

const char *answer_name(enum answer answer)
{
	static const char *const NAMES[] = { "leak", "growing", "none" };

	return NAMES[answer];
}

enum looked { LOST, HELD, UNKNOWN };

/* Wilson's lower bound of a share. */
static double lower_bound(double hits, double of)
{
	double share = hits / of, square = ERRORS * ERRORS / of;
	double half = ERRORS * sqrt((share * (1 - share)) / of + square / (4 * of));

	return fmax(0, (share + square / 2 - half) / (1 + square));
}

static enum looked looked(const struct lost_or_held *of)
{
	if (!of || of->lost + of->held <= 0)
		return UNKNOWN;
	if (of->lost >= LOST_LEAST && lower_bound(of->lost, of->lost + of->held) > LOST_SHARE)
		return LOST;
	return of->held > 0 ? HELD : UNKNOWN;
}

/* The age that LEAST_BLOCKS survivors have at least; below 0: there are fewer. */
static double third_age(const struct population *population)
{
	double left = LEAST_BLOCKS, least = outlives_ms(population);

	for (unsigned bin = LIFE_BINS; bin-- > 0 && age_from_ms(bin) >= least;) {
		left -= population->alive[bin].count / population->weight;
		if (left <= 1e-9)
			return age_from_ms(bin);
	}
	return -1;
}

/* Until three are old enough. Bins of a quarter may hide as much of an age. */
static double settle(const struct generations *born, double third, double needed)
{
	double missing = third < 0 ? fmax(1, LEAST_BLOCKS - born->survivors) * born->gap_ms : 0;

	return fmax(1, round(missing + 1.25 * needed - fmax(third, 0) + born->gap_ms));
}

static bool any_ended(const struct population *population)
{
	for (unsigned bin = 0; bin < LIFE_BINS; bin++)
		if (population->ended[bin] > 0)
			return true;
	return false;
}

static struct judged by_lives(const struct population *population, enum looked saw,
			      const struct circumstances *about)
{
	struct plateau plateau = survival(population);
	struct generations born = generations(population, about->unseen_frees);
	double needed =
		fmax(saw == LOST ? 0 : about->needed_ms, OUTLIVES * population->longest_ended_ms);
	double third = third_age(population);
	bool enough = born.survivors >= LEAST_BLOCKS;
	bool held_only = saw == HELD && third < HELD_AGE_MS;
	bool survives = enough && plateau.share > ERRORS * plateau.error;
	/* Lost in one go, and never since, is no leak that goes on. */
	bool leaks = (saw == LOST && enough && born.held >= 2) ||
		     (survives && born.held >= PARTS_HELD && born.goes_on && third >= 0 &&
		      third >= needed && !held_only);
	bool grows = born.survivors >= (any_ended(population) ? LEAST_BLOCKS : 2) &&
		     born.held >= 2 && born.goes_on;
	struct judged judged = {
		.answer = leaks	  ? LEAK
			  : grows ? GROWING
				  : NONE,
		.share = { .known = true, .value = plateau.share, .error = ERRORS * plateau.error },
		.outlives_ms = outlives_ms(population),
		.survivors = born.survivors,
		.survivors_bytes = born.bytes,
	};
	if (judged.answer != NONE)
		judged.rate = born.rate;
	if (judged.answer == GROWING && !held_only)
		judged.settle_ms =
			(struct estimate){ .known = true, .value = settle(&born, third, needed) };
	return judged;
}

static double settle_growth(const struct rise *of, const struct look_held *looks, size_t count,
			    double needed_ms)
{
	double span = looks[count - 1].at_ms - looks[0].at_ms;
	double more = of->parts < PARTS_OF_MANY
			      ? (PARTS_OF_MANY - of->parts) * span / fmax(1, (double)count - 1)
			      : 0;

	return fmax(1, round(fmax(more, 1.25 * needed_ms - of->lasting_ms)));
}

/* Where old blocks grow, more than the lives themselves say. */
static void by_growth(struct judged *judged, const struct look_held *looks, size_t count,
		      enum looked saw, const struct circumstances *about)
{
	struct rise of = rise(looks, count);
	bool rises = of.parts >= PARTS_HELD && of.rises == of.parts - 1 && of.goes_on;
	bool leaks = saw == LOST ? of.goes_on
				 : rises && of.parts == PARTS_OF_MANY &&
					   of.lasting_ms >= about->needed_ms && saw != HELD;
	enum answer answer = leaks					    ? LEAK
			     : of.goes_on && of.last_bytes > of.first_bytes ? GROWING
									    : NONE;

	if (answer >= judged->answer)
		return;
	judged->answer = answer;
	judged->rate = of.rate;
	judged->settle_ms = (struct estimate){ 0 };
	if (answer == GROWING)
		judged->settle_ms = (struct estimate){
			.known = true, .value = settle_growth(&of, looks, count, about->needed_ms)
		};
}

struct judged judge(const struct population *population, const struct look_held *looks,
		    size_t count, const struct lost_or_held *looked_for,
		    const struct circumstances *circumstances)
{
	enum looked saw = looked(looked_for);
	struct judged judged = by_lives(population, saw, circumstances);

	if (count > 0)
		by_growth(&judged, looks, count, saw, circumstances);
	return judged;
}
