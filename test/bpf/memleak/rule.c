/*
 * The rule on numbers from stdin. A call site is words in lines:
 *
 *   site AT WEIGHT LONGEST ALLOCS BYTES NEEDED UNSEEN LOST HELD      (times in ms; NEEDED below 0:
 * nobody knows) ended BIN COUNT · alive BIN COUNT BYTES · look AT BLOCKS BYTES · end
 *
 * For each it says: answer, share and error, rate and error, time to settle, floor (nan: not
 * known).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rule/cohort.h"
#include "rule/floor.h"
#include "rule/judge.h"

static double known(const struct estimate *estimate, double value)
{
	return estimate->known ? value : NAN;
}

static void say(const struct population *population, const struct look_held *looks, size_t count,
		const struct lost_or_held *looked_for, const struct circumstances *about)
{
	struct judged judged = judge(population, looks, count, looked_for, about);
	struct estimate hides = could_hide(population);

	printf("%s %.15g %.15g %.15g %.15g %.15g %.15g\n", answer_name(judged.answer),
	       judged.share.value, judged.share.error, known(&judged.rate, judged.rate.value),
	       known(&judged.rate, judged.rate.error),
	       known(&judged.settle_ms, judged.settle_ms.value), known(&hides, hides.value));
}

int main(void)
{
	static struct population population;
	static struct look_held looks[MOST_LOOKS];
	struct lost_or_held looked_for = { 0 };
	struct circumstances about = { 0 };
	size_t count = 0;
	char word[16];
	unsigned bin;

	while (scanf("%15s", word) == 1) {
		if (strcmp(word, "site") == 0) {
			population = (struct population){ 0 };
			count = 0;
			if (scanf("%lf %lf %lf %lf %lf %lf %lf %lf %lf", &population.at_ms,
				  &population.weight, &population.longest_ended_ms,
				  &population.allocs, &population.allocated_bytes, &about.needed_ms,
				  &about.unseen_frees, &looked_for.lost, &looked_for.held) != 9)
				return 1;
		} else if (strcmp(word, "ended") == 0) {
			if (scanf("%u", &bin) != 1 || bin >= LIFE_BINS ||
			    scanf("%lf", &population.ended[bin]) != 1)
				return 1;
		} else if (strcmp(word, "alive") == 0) {
			if (scanf("%u", &bin) != 1 || bin >= LIFE_BINS ||
			    scanf("%lf %lf", &population.alive[bin].count,
				  &population.alive[bin].bytes) != 2)
				return 1;
		} else if (strcmp(word, "look") == 0) {
			struct look_held *look = &looks[count++];
			if (count > MOST_LOOKS ||
			    scanf("%lf %lf %lf", &look->at_ms, &look->blocks, &look->bytes) != 3)
				return 1;
		} else {
			say(&population, looks, count, &looked_for, &about);
		}
	}
	return 0;
}
