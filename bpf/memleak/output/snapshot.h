/* One list, as it is before it is told. */
#pragma once

#include "output/tally.h"
#include "output/unseen.h"
#include "reach/reach.h"
#include "rule/verdicts.h"

/* A call site's numbers: copied, since they go on changing. */
struct line {
	uint32_t number;
	uint64_t bytes, count; /* outstanding; of those old enough, where that was asked for */
	struct sums sums;
	const struct age *ages; /* LIFE_BINS of them: all that are outstanding */
	const struct judged *judged;
	const struct lives *lives;
	bool counted; /* by going through the blocks' sizes; only then: */
	uint64_t common_bytes, common_count, oldest_ns;
	uint64_t drawn; /* of a sample: so many blocks, and twice the standard error of `bytes` */
	double error_bytes;
};

struct snapshot {
	bool final;
	double at_ms;
	uint64_t began_ns, look_ns;
	uint64_t horizon_ns;	/* born after this: not counted */
	uint64_t blocks, bytes; /* outstanding in all */
	uint64_t pages;		/* touched in all */
	uint64_t drawn;		/* of a sample: blocks in all */
	double error_bytes;	/* twice the standard error of all bytes */
	struct line *lines;	/* most bytes first */
	size_t shown, omitted;
	struct unseen unseen;		      /* of one process */
	const struct reach_answer *reachable; /* NULL: nobody looked */
};
/* False where there is no memory for it. */
bool snapshot_take(struct snapshot *snapshot, const struct options *options,
		   const struct tracer *tracer, struct tallies *tallies, struct verdicts *verdicts);
void snapshot_free(struct snapshot *snapshot);
