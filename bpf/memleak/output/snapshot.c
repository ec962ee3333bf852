#include <math.h>
#include <stdlib.h>

#include "output/snapshot.h"

/* More blocks than this aren't gone through for the commonest size. */
#define COUNTABLE 200000

static int by_bytes(const void *a, const void *b)
{
	const struct line *one = a, *other = b;
	if (one->bytes != other->bytes)
		return one->bytes > other->bytes ? -1 : 1;
	return one->number < other->number ? -1 : 1;
}

/* Blocks outstanding, by the sums. */
static uint64_t followed(const struct tracer *tracer)
{
	const struct site *sites = tracer_sites(tracer);
	uint32_t count = tracer_site_count(tracer);
	uint64_t sum = 0;

	for (uint32_t i = 0; i < count; i++)
		sum += sites[i].origin == FROM_FAULT ? 0 : sums_of(&sites[i]).count;
	return sum;
}

static uint64_t rounded(double number)
{
	return (uint64_t)(number + 0.5);
}

static struct line line_of(const struct site *site, uint32_t number, const struct tally *tally,
			   bool counted, bool aged)
{
	struct sums sums = sums_of(site);
	bool blocks = site->origin != FROM_FAULT;

	return (struct line){ .number = number,
			      .bytes = aged && blocks ? rounded(tally->bytes) : sums.bytes,
			      .count = aged && blocks ? rounded(tally->count) : sums.count,
			      .sums = sums,
			      .counted = counted && blocks,
			      .common_bytes = tally->common_bytes,
			      .common_count = rounded(tally->common_count),
			      .drawn = tally->drawn,
			      .error_bytes = 2 * sqrt(tally->square_bytes),
			      .oldest_ns = tally->oldest_ns };
}

bool snapshot_take(struct snapshot *snapshot, const struct options *options,
		   const struct tracer *tracer, struct tallies *tallies, struct verdicts *verdicts)
{
	const struct site *sites = tracer_sites(tracer);
	uint32_t count = tracer_site_count(tracer);
	bool aged = options->older_than_s > 0;
	bool counted = aged || options->sample || followed(tracer) <= COUNTABLE;
	double squares = 0;
	size_t used = 0;

	snapshot->lines = calloc(count + 1, sizeof(*snapshot->lines));
	if (!snapshot->lines)
		return false;
	/* What is born from here on belongs to the next list. */
	snapshot->horizon_ns = snapshot->look_ns - (uint64_t)(options->older_than_s * 1e9);
	struct look look = { .look_ns = snapshot->look_ns,
			     .horizon_ns = snapshot->horizon_ns,
			     .sizes = counted ? WITH_SIZES : WITHOUT_SIZES,
			     .regions_too = options->progressive };
	if (!tallies_count(tallies, tracer, look))
		counted = false;
	verdicts_look(verdicts, tallies_ages(tallies), snapshot->began_ns);
	for (uint32_t i = 0; i < count; i++) {
		if (!sites[i].ready)
			continue;
		struct line line = line_of(&sites[i], i, tally_of(tallies, i), counted, aged);
		line.ages = ages_of(tallies_ages(tallies), i)->bins;
		line.judged = verdict_of(verdicts, i);
		line.lives = &tracer_lives(tracer)[i];
		if (sites[i].origin == FROM_FAULT) {
			snapshot->pages += line.count;
		} else {
			snapshot->blocks += line.count;
			snapshot->bytes += line.bytes;
			snapshot->drawn += line.drawn;
			squares += line.error_bytes * line.error_bytes;
		}
		/* As JSON a site that holds nothing has sums all the same. */
		if (line.count > 0 || options->json)
			snapshot->lines[used++] = line;
	}
	snapshot->error_bytes = sqrt(squares);
	qsort(snapshot->lines, used, sizeof(*snapshot->lines), by_bytes);
	snapshot->shown = options->top && used > options->top ? options->top : used;
	snapshot->omitted = used - snapshot->shown;
	return true;
}

void snapshot_free(struct snapshot *snapshot)
{
	free(snapshot->lines);
}
