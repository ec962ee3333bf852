#pragma once
#include "loader.h"

/* What was found, and what finding it has cost. */
struct finding {
	uint32_t site;
	const char *answer; /* leak, growing or none */
	uint64_t blocks, bytes, common_bytes;
	double period_ms;
	bool from_mapping; /* by regions of mmap alone */
	double probed_ms;  /* how long probes were on malloc */
	uint64_t hits;
	double cost_ms; /* what those took, by this machine's own price; below 0: not measured */
};

struct output;
struct output *output_new(const struct options *options, struct tracer *tracer,
			  struct objects *objects);
/* Probes are in place, or the watch began; times in ns. */
void output_attached(struct output *output, uint64_t load_ns, uint64_t attach_ns);
uint64_t output_began(const struct output *output);
void output_snapshot(struct output *output, bool final);
void output_exec(struct output *output, pid_t pid);
/* Progressive tracing tells what it does next, and why: a code for programs, a sentence for people.
 */
void output_stage(struct output *output, const char *stage, const char *sentence);
void output_finding(struct output *output, const struct finding *finding);
void output_end(struct output *output, const char *reason);
bool output_broken(const struct output *output);
void output_free(struct output *output);
/* Resident bytes of the process; 0 once it is gone. */
uint64_t rss_of(pid_t pid);
