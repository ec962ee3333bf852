/* One run, from whom to trace to the last list. */
#pragma once

#include "ground/wait.h"
#include "inspektor/gadget.h"
#include "objects/objects.h"
#include "options/options.h"
#include "output/output.h"
#include "progressive/progressive.h"
#include "run/command.h"
#include "run/newcomers.h"
#include "tracer/tracer.h"

/* All of it; the exit code. */
int run_as_asked(const struct options *options);

/* What a run holds; freed in one place. */
struct run {
	struct options options;
	struct settings settings;
	struct objects objects;
	struct tracer *tracer;
	struct output *output;
	struct progressive *progressive;
	struct gadget *gadget;
	struct inquiry *inquiry;
	struct waiter waiter;
	struct newcomers newcomers;
	struct command command;
	pid_t first; /* of those that a filter chose */
	int cgroup;  /* an open directory; -1: none */
	int warned;  /* so many objects have been looked at for what has to be said of them */
};

/* Each of these is over with an exit code; where that is not DONE, it has said why: in a sentence,
 * and as JSON by a name of the reason as well. */
int cannot(const struct run *run, const char *reason, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int cannot_for(const struct run *run, const struct reason *why);
int run_choose(struct run *run);
int run_trace(struct run *run);
int run_gadget(struct run *run);
