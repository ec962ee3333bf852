#include <stdlib.h>
#include <string.h>

#include "rule/ages.h"

static const struct site_ages NOTHING;

bool ages_begin(struct ages *ages, uint32_t sites, uint64_t look_ns)
{
	ages->look_ns = look_ns;
	ages->sites = 0;
	if (sites > ages->room) {
		void *grown = realloc(ages->by_site, sites * sizeof(*ages->by_site));
		if (!grown)
			return false;
		ages->by_site = grown;
		ages->room = sites;
	}
	ages->sites = sites;
	if (sites)
		memset(ages->by_site, 0, sites * sizeof(*ages->by_site));
	return true;
}

void ages_add(struct ages *ages, const struct block *block)
{
	if (block->site >= ages->sites || block->born_ns > ages->look_ns)
		return;
	struct site_ages *of = &ages->by_site[block->site];
	struct age *age = &of->bins[life_bin(ages->look_ns - block->born_ns)];
	double stands_for = block_stands_for(block);
	age->count += stands_for;
	age->bytes += stands_for * (double)block->bytes;
	of->known++;
}

const struct site_ages *ages_of(const struct ages *ages, uint32_t site)
{
	return site < ages->sites ? &ages->by_site[site] : &NOTHING;
}

void ages_free(struct ages *ages)
{
	free(ages->by_site);
	*ages = (struct ages){ 0 };
}
