/* Lists of call sites, and what else happens, as text or as JSON lines on stdout. */
#pragma once

#include "reach/ask.h"
#include "rule/verdicts.h"

/* What was found, and what finding it has cost. */
struct finding {
	enum answer answer;
	uint32_t site; /* NO_SITE where nothing was */
	struct judged judged;
	double ended;	       /* lives of the call site, or of all */
	struct estimate floor; /* of NONE: what could hide, bytes a second */
	uint64_t blocks, bytes, common_bytes;
	double period_ms;
	enum origin by;	  /* what showed it: requests, regions of mmap alone, pages */
	double probed_ms; /* how long probes were on malloc */
	uint64_t hits;
	double cost_ms; /* what those took, by this machine's own price; below 0: not measured */
};

struct output;
struct output *output_new(const struct options *options, struct tracer *tracer,
			  struct objects *objects);
/* Probes are in place, or the watch began; times in ns. */
void output_attached(struct output *output, uint64_t load_ns, uint64_t attach_ns);
/* When that was. */
uint64_t output_began(const struct output *output);
/* From here on lists come with a look into the process, where the rule has cause. */
void output_reach(struct output *output, struct inquiry *inquiry);
enum occasion { AMONG_OTHERS, THE_LAST, THE_LAST_OF_ONE_GONE };
void output_snapshot(struct output *output, enum occasion occasion);
/* What a look has found that belongs to no list. */
void output_reachable(struct output *output, const struct reach_answer *answer);
void output_exec(struct output *output, pid_t pid);
/* What progressive tracing does next, and why: a code for programs, a sentence for people. */
void output_stage(struct output *output, const char *stage, const char *sentence);
void output_finding(struct output *output, const struct finding *finding);
void output_end(struct output *output, const char *reason);
bool output_broken(const struct output *output);
void output_free(struct output *output);
