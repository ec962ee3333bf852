#include <stdlib.h>

#include "rule/cohort.h"

static void thin(struct cohort *cohort)
{
	size_t kept = 0;

	for (size_t i = 0; i < cohort->count; i += 2)
		cohort->looks[kept++] = cohort->looks[i];
	cohort->count = kept;
}

static bool has_room(struct cohort *cohort)
{
	if (cohort->count == MOST_LOOKS)
		thin(cohort);
	if (cohort->count < cohort->room)
		return true;
	size_t room = cohort->room ? cohort->room * 2 : 8;
	struct look_held *grown = realloc(cohort->looks, room * sizeof(*grown));
	if (!grown)
		return false;
	cohort->looks = grown;
	cohort->room = room;
	return true;
}

/* Of those that may be as old as the first look. In a bin in which younger ones lie too, each block
 * counts alike. */
static struct look_held held_by(const struct cohort *cohort, const struct population *population)
{
	struct look_held look = { .at_ms = population->at_ms };
	double age_ms = population->at_ms - cohort->first_ms;

	for (unsigned bin = 0; bin < LIFE_BINS; bin++) {
		const struct age *age = &population->alive[bin];
		if (age->count <= 0 || !(age_to_ms(population, bin) > age_ms))
			continue;
		look.blocks += age->count;
		look.bytes += age->bytes;
	}
	double share = look.blocks > cohort->first_blocks ? cohort->first_blocks / look.blocks : 1;
	look.blocks *= share;
	look.bytes *= share;
	return look;
}

void cohort_look(struct cohort *cohort, const struct population *population)
{
	if (cohort->count == 0) {
		cohort->first_ms = population->at_ms;
		cohort->first_blocks = older_than(population, 0).count;
		if (cohort->first_blocks <= 0)
			return;
	}
	if (has_room(cohort))
		cohort->looks[cohort->count++] = held_by(cohort, population);
}

void cohort_free(struct cohort *cohort)
{
	free(cohort->looks);
	*cohort = (struct cohort){ 0 };
}
