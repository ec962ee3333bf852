/*
 * The rule, of one call site: its blocks outlive all that came back, were born all through the run
 * up to its end, and are old or lost; or its old blocks grow. `judge` has the same rule
 * (runner/evidence/rule/site.ts). Pure: values in, values out.
 */
#pragma once

#include "rule/sums.h"

enum answer { LEAK, GROWING, NONE };
/* "leak", "growing", "none". */
const char *answer_name(enum answer answer);

/* What a look into the process found of old blocks: to so many is no pointer left, to so many there
 * is one. Nobody has looked: both 0. */
struct lost_or_held {
	double lost, held;
};

struct circumstances {
	double needed_ms; /* the age that proves something in this program; below 0: nobody knows */
	double unseen_frees; /* how many frees nobody saw */
};

struct judged {
	enum answer answer;
	struct estimate share;	   /* of all blocks, those that outlive all that ended */
	struct estimate rate;	   /* kept in a second, bytes; where it is not NONE */
	struct estimate settle_ms; /* GROWING: about how much longer would settle it */
	double outlives_ms;	   /* from that age on a block has outlived all that ended */
	double survivors, survivors_bytes; /* that have */
};

/* `looks`: what the blocks that were there at the first look hold since; none: NULL, 0. */
struct judged judge(const struct population *population, const struct look_held *looks,
		    size_t count, const struct lost_or_held *looked_for,
		    const struct circumstances *circumstances);
