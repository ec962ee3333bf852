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

/* The age that so many survivors have at least; below 0: there are fewer. */
static double age_of(const struct population *population, double left)
{
	double least = outlives_ms(population);

	for (unsigned bin = LIFE_BINS; bin-- > 0 && age_from_ms(bin) >= least;) {
		left -= population->alive[bin].count / population->weight;
		if (left <= 1e-9)
			return age_from_ms(bin);
	}
	return -1;
}

static double ended_in_all(const struct population *population)
{
	double all = 0;

	for (unsigned bin = 0; bin < LIFE_BINS; bin++)
		all += population->ended[bin];
	return all;
}

/* What is asked of survivors. */
struct asked {
	double blocks, age_ms; /* so many, of which LEAST_BLOCKS are so old */
	double oldest_ms;      /* and one is */
};

/* Where hardly a block came back nobody knows for how long this site's are needed: that takes more
 * of them, and an older one. */
static struct asked asked_of(const struct population *population, enum looked saw, double needed_ms)
{
	bool unknown = needed_ms < 0 && saw != LOST &&
		       ended_in_all(population) / population->weight < LEAST_BLOCKS;
	double age_ms = saw == LOST ? 0 : needed_ms < 0 ? NEEDED_AGE_MS : needed_ms;

	return (struct asked){
		.blocks = unknown ? MANY_FROM : LEAST_BLOCKS,
		.age_ms = fmax(age_ms, OUTLIVES * population->longest_ended_ms),
		.oldest_ms = unknown ? NONE_BACK_AGE_MS : 0,
	};
}

/* Until enough are old enough, and have come for long enough. Bins of a quarter may hide as much of
 * an age. */
static double settle(const struct population *population, const struct generations *born,
		     const struct asked *asked)
{
	double third = age_of(population, LEAST_BLOCKS), oldest = fmax(0, age_of(population, 1));
	double missing = fmax(third < 0 ? 1 : 0, asked->blocks - born->survivors) * born->gap_ms;
	double age = fmax(0, asked->age_ms - fmax(third, 0));

	if (asked->oldest_ms > 0)
		age = fmax(age, asked->oldest_ms - oldest);
	double settled = fmax(missing + 1.25 * age + born->gap_ms,
			      population->longest_ended_ms - born->span_ms);
	/* After as long again, what came at first is half of it. */
	return fmax(1, round(born->slows ? fmax(settled, born->span_ms) : settled));
}

static struct judged by_lives(const struct population *population, enum looked saw,
			      const struct circumstances *about)
{
	struct plateau plateau = survival(population);
	struct generations born = generations(population, about->unseen_frees);
	struct asked asked = asked_of(population, saw, about->needed_ms);
	double third = age_of(population, LEAST_BLOCKS);
	bool survives = born.survivors >= asked.blocks && plateau.share > ERRORS * plateau.error;
	bool old = third >= 0 && third >= asked.age_ms &&
		   fmax(0, age_of(population, 1)) >= asked.oldest_ms;
	/* Within one life of blocks here nobody has seen two generations of them. */
	bool keep_coming = born.held >= PARTS_HELD && born.goes_on && !born.slows &&
			   born.span_ms >= population->longest_ended_ms;
	/* Lost in one go, and never since, is no leak that goes on. */
	bool leaks = (saw == LOST && born.survivors >= LEAST_BLOCKS && born.held >= 2) ||
		     (survives && keep_coming && old && saw != HELD);
	bool grows = born.survivors >= (ended_in_all(population) > 0 ? LEAST_BLOCKS : 2) &&
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
	if (judged.answer == GROWING && saw != HELD)
		judged.settle_ms = (struct estimate){ .known = true,
						      .value = settle(population, &born, &asked) };
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
	double needed_ms = about->needed_ms < 0 ? NEEDED_AGE_MS : about->needed_ms;
	struct rise of = rise(looks, count);
	bool rises = of.parts >= PARTS_HELD && of.rises == of.parts - 1 && of.goes_on;
	bool leaks = saw == LOST ? of.goes_on
				 : rises && of.parts == PARTS_OF_MANY &&
					   of.lasting_ms >= needed_ms && saw != HELD;
	enum answer answer = leaks					    ? LEAK
			     : of.goes_on && of.last_bytes > of.first_bytes ? GROWING
									    : NONE;

	if (answer >= judged->answer)
		return;
	judged->answer = answer;
	judged->rate = of.rate;
	judged->settle_ms = (struct estimate){ 0 };
	if (answer == GROWING && saw != HELD)
		judged->settle_ms =
			(struct estimate){ .known = true,
					   .value = settle_growth(&of, looks, count, needed_ms) };
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
