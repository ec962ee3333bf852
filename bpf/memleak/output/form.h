/* What both forms share: a run that is told, and what there is to tell. */
#pragma once

#include "ground/json.h"
#include "output/output.h"
#include "output/snapshot.h"

struct form;
struct output {
	const struct form *form;
	const struct options *options;
	struct tracer *tracer;
	struct objects *objects;
	struct tallies *tallies;
	struct verdicts *verdicts;
	uint64_t began;
	struct watched watched;
	char comm[64];
	/* As JSON. */
	struct json json;
	struct inquiry *inquiry; /* NULL: nobody looks into the process */
	bool blind;		 /* that it can't be looked into the process was said */
	bool *told;		 /* sites whose stack has been printed */
};

struct form {
	void (*start)(struct output *output);
	void (*attached)(struct output *output, uint64_t load_ns, uint64_t attach_ns);
	void (*snapshot)(struct output *output, const struct snapshot *snapshot);
	/* NULL: it stands with a list, or nowhere. */
	void (*reachable)(struct output *output, const struct reach_answer *answer);
	void (*exec)(struct output *output, pid_t pid);
	void (*stage)(struct output *output, const char *stage, const char *sentence);
	void (*finding)(struct output *output, const struct finding *finding);
	void (*end)(struct output *output, const char *reason);
};
extern const struct form AS_TEXT, AS_JSON;

/* ms since the probes are in place. */
double output_ms(const struct output *output);

/* A stack's frames with the one that the walk left out; false after the last. Addresses of callers
 * are those they return to. */
bool frame_at(const struct site *site, uint32_t i, uint64_t *address, bool *caller);
