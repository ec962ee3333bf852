#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rule/cohort.h"
#include "rule/floor.h"
#include "rule/verdicts.h"

struct at_site {
	struct cohort cohort;
	struct judged judged;
	struct estimate hides;
	double block_bytes; /* on average */
};

struct verdicts {
	struct tracer *tracer;
	double needed_ms, at_ms;
	uint64_t began_ns, look_ns;
	witness_fn *witness;
	void *with;
	struct at_site *sites;
	uint32_t count; /* with room for all of the tracer's */
};

static const struct judged NOT_JUDGED = { .answer = NONE };

struct verdicts *verdicts_new(struct tracer *tracer, double needed_ms)
{
	struct verdicts *verdicts = calloc(1, sizeof(*verdicts));

	if (verdicts)
		*verdicts = (struct verdicts){ .tracer = tracer, .needed_ms = needed_ms };
	return verdicts;
}

void verdicts_ask(struct verdicts *verdicts, witness_fn *witness, void *with)
{
	verdicts->witness = witness;
	verdicts->with = with;
}

/* As it is printed: whoever reads the list judges by the same numbers. */
static double to_thousandth(double number)
{
	return round(number * 1000) / 1000;
}

static struct population population_of(const struct site *site, const struct lives *lives,
				       const struct site_ages *ages, double at_ms)
{
	struct sums sums = sums_of(site);
	struct population population = {
		.at_ms = to_thousandth(at_ms),
		.longest_ended_ms = to_thousandth((double)site->longest_ns / 1e6),
		.allocs = (double)sums.allocs,
		.allocated_bytes = (double)sums.allocated_bytes,
		.weight = 1,
	};
	double ended_in_all = 0;

	for (unsigned bin = 0; bin < LIFE_BINS; bin++) {
		population.ended[bin] = to_thousandth(ended_in(site, lives, bin));
		population.alive[bin].count = to_thousandth(ages->bins[bin].count);
		population.alive[bin].bytes = round(ages->bins[bin].bytes);
		ended_in_all += population.ended[bin];
	}
	if (ended_in_all <= 0)
		population.longest_ended_ms = 0;
	if (site->fraction_bits && ages->known > 0)
		population.weight = fmax(1, (double)sums.count / (double)ages->known);
	return population;
}

static bool make_room(struct verdicts *verdicts, uint32_t count)
{
	if (count <= verdicts->count)
		return true;
	struct at_site *grown = realloc(verdicts->sites, count * sizeof(*grown));
	if (!grown)
		return false;
	memset(grown + verdicts->count, 0, (count - verdicts->count) * sizeof(*grown));
	for (uint32_t i = verdicts->count; i < count; i++)
		grown[i].judged = NOT_JUDGED;
	verdicts->sites = grown;
	verdicts->count = count;
	return true;
}

enum looking { A_LOOK, THE_LAST_ONE };

static void judge_all(struct verdicts *verdicts, const struct ages *ages, enum looking looking)
{
	const struct site *sites = tracer_sites(verdicts->tracer);
	const struct lives *lives = tracer_lives(verdicts->tracer);
	const struct losses *losses = &tracer_state(verdicts->tracer)->losses;
	struct circumstances about = { .needed_ms = verdicts->needed_ms,
				       .unseen_frees = (double)losses->missed };

	for (uint32_t i = 0; i < ages->sites; i++) {
		if (!sites[i].ready || sites[i].origin == FROM_FAULT)
			continue;
		struct at_site *of = &verdicts->sites[i];
		struct lost_or_held looked = { 0 };
		struct population population =
			population_of(&sites[i], &lives[i], ages_of(ages, i), verdicts->at_ms);
		if (looking == A_LOOK)
			cohort_look(&of->cohort, &population);
		if (verdicts->witness)
			looked = verdicts->witness(verdicts->with, i);
		of->judged =
			judge(&population, of->cohort.looks, of->cohort.count, &looked, &about);
		of->hides = could_hide(&population);
		of->block_bytes =
			population.allocs > 0 ? population.allocated_bytes / population.allocs : 0;
	}
}

void verdicts_look(struct verdicts *verdicts, const struct ages *ages, uint64_t began_ns)
{
	if (!make_room(verdicts, ages->sites))
		return;
	verdicts->began_ns = began_ns;
	verdicts->look_ns = ages->look_ns;
	verdicts->at_ms = ((double)ages->look_ns - (double)began_ns) / 1e6;
	judge_all(verdicts, ages, A_LOOK);
}

void verdicts_again(struct verdicts *verdicts, const struct ages *ages)
{
	judge_all(verdicts, ages, THE_LAST_ONE);
}

bool verdicts_suspects(const struct verdicts *verdicts, uint64_t *before_ns)
{
	bool any = false;

	for (uint32_t i = 0; i < verdicts->count; i++) {
		const struct judged *judged = &verdicts->sites[i].judged;
		uint64_t age_ns = (uint64_t)(judged->outlives_ms * 1e6);
		bool suspect = judged->answer != NONE && age_ns < verdicts->look_ns;
		before_ns[i] = suspect ? verdicts->look_ns - age_ns : 0;
		any |= suspect;
	}
	return any;
}

uint32_t verdicts_worst(const struct verdicts *verdicts, enum origin origin)
{
	const struct site *sites = tracer_sites(verdicts->tracer);
	const struct judged *worst = &NOT_JUDGED;
	uint32_t number = NO_SITE;

	for (uint32_t i = 0; i < verdicts->count; i++) {
		const struct judged *judged = &verdicts->sites[i].judged;
		if (sites[i].origin != origin || judged->answer == NONE ||
		    judged->answer > worst->answer)
			continue;
		if (judged->answer == worst->answer && judged->rate.value <= worst->rate.value)
			continue;
		worst = judged;
		number = i;
	}
	return number;
}

const struct judged *verdict_of(const struct verdicts *verdicts, uint32_t site)
{
	return site < verdicts->count ? &verdicts->sites[site].judged : &NOT_JUDGED;
}

struct estimate verdicts_floor(const struct verdicts *verdicts, enum origin origin)
{
	const struct site *sites = tracer_sites(verdicts->tracer);
	const struct losses *losses = &tracer_state(verdicts->tracer)->losses;
	struct estimate floor = { 0 };
	double largest = 0;

	for (uint32_t i = 0; i < verdicts->count; i++) {
		const struct at_site *of = &verdicts->sites[i];
		if (sites[i].origin != origin || !of->hides.known)
			continue;
		floor.known = true;
		floor.value = fmax(floor.value, of->hides.value);
		largest = fmax(largest, of->block_bytes);
	}
	double lost = (double)(losses->blocks + losses->sites + losses->calls);
	if (floor.known && verdicts->at_ms > 0)
		floor.value += lost * largest * 1000 / verdicts->at_ms;
	return floor;
}

void verdicts_forget(struct verdicts *verdicts)
{
	for (uint32_t i = 0; i < verdicts->count; i++)
		cohort_free(&verdicts->sites[i].cohort);
	free(verdicts->sites);
	verdicts->sites = NULL;
	verdicts->count = 0;
}

void verdicts_free(struct verdicts *verdicts)
{
	if (!verdicts)
		return;
	verdicts_forget(verdicts);
	free(verdicts);
}
