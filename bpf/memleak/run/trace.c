/* The tracer's own programs: wait for what happens, print what was asked. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ground/clock.h"
#include "ground/process.h"
#include "run/run.h"
#include "symbols/symbols.h"

/* Of files whose calls are not all seen. */
static void warn(struct run *run)
{
	for (; run->warned < run->objects.count; run->warned++) {
		const struct object *object = run->objects.list[run->warned];
		if (object->left_out)
			fprintf(stderr,
				"memleak: %s is not traced: there is no room for more probes, so "
				"processes that call its malloc are not in any list\n",
				object->name);
		else if (object->contended)
			fprintf(stderr,
				"memleak: another tracer holds probes on %s with a reference "
				"counter of its own: these go beside them, with the same\n",
				object->name);
		else if (object->own_new)
			fprintf(stderr,
				"memleak: %s has a C++ new of its own, which does not go through "
				"malloc, and not all of its ends could be found: some of what is "
				"asked for by new is not seen\n",
				object->name);
	}
}

/* A probe for one process is bound to its first thread, which ends where another one calls exec. */
static void begin_anew(struct run *run)
{
	tracer_detach(run->tracer);
	/* By now it has more than its own file mapped. */
	symbols_learn(run->options.pid, now_ns());
	objects_free(&run->objects);
	run->warned = 0;
}

static void on_event(void *with, const struct event *event)
{
	struct run *run = with;
	pid_t pid = (pid_t)event->pid;

	if (event->type == EVENT_SITE) {
		symbols_of_site(pid, event->at_ns);
		return;
	}
	/* Before all else: it may not live long. */
	if (event->type == EVENT_EXEC && pid) {
		symbols_end(pid, event->at_ns);
		symbols_learn(pid, event->at_ns);
	}
	/* What one process held when it ended is what its last list is about. */
	if (event->type == EVENT_EXIT && run->options.pid)
		return;
	tracer_forget(run->tracer, event->tgid, event->at_ns);
	if (!pid)
		return;
	if (event->type != EVENT_EXEC) {
		symbols_end(pid, event->at_ns);
		return;
	}
	output_exec(run->output, pid);
	tracer_state(run->tracer)->target_is_32bit = is_32bit(run->options.pid);
	if (run->progressive)
		progressive_exec(run->progressive);
	if (run->inquiry)
		inquiry_forget(run->inquiry);
	if (run->options.pid)
		begin_anew(run);
	if (newcomers_add(&run->newcomers, pid))
		waiter_retry(&run->waiter, true);
	else
		fprintf(stderr, "memleak: too many processes begin at once: %d is not looked at\n",
			pid);
}

static void without_malloc(pid_t pid)
{
	fprintf(stderr,
		"memleak: process %d has no malloc to trace any more: the program that it has "
		"become defines none under that name\n",
		pid);
}

static void on_retry(struct run *run)
{
	struct reason why;
	int before = run->objects.count;

	newcomers_look(&run->newcomers, &run->objects,
		       run->options.pid && !run->progressive ? without_malloc : NULL);
	if (!run->progressive && run->objects.count > before) {
		if (tracer_attach(run->tracer, &run->objects, run->options.pid, &why))
			say_reason(&why);
		warn(run);
	}
	if (run->newcomers.count == 0)
		waiter_retry(&run->waiter, false);
}

/* Progressive tracing looks more often than it lists. */
struct pace {
	double every_s, next_list_s;
	uint32_t listed;
};

/* True once it has found something. */
static bool on_tick(struct run *run, struct pace *pace)
{
	double at_s = (double)(now_ns() - output_began(run->output)) / 1e9;

	bool is_last = run->options.lists && pace->listed + 1 >= run->options.lists;

	/* Of so many lists the last comes at the end. */
	if (!is_last && at_s + pace->every_s / 2 >= pace->next_list_s) {
		pace->listed++;
		output_snapshot(run->output, AMONG_OTHERS);
		pace->next_list_s += run->options.interval_s;
	}
	return run->progressive && progressive_step(run->progressive);
}

/* Why a run ends, in the words of its last line; NULL: it goes on. */
static const char *go_on(struct run *run, struct pace *pace, unsigned woke)
{
	bool found = false;

	if (woke & WOKE_RETRY)
		on_retry(run);
	if (woke & WOKE_EVENTS)
		tracer_events(run->tracer, on_event, run);
	if (woke & WOKE_LIST_ASKED)
		output_snapshot(run->output, AMONG_OTHERS);
	if (woke & WOKE_TICK)
		found = on_tick(run, pace);
	if (woke & WOKE_READER_GONE || output_broken(run->output))
		return "reader-gone";
	return woke & WOKE_TARGET_GONE		 ? "target-exited"
	       : woke & WOKE_END_ASKED		 ? "signal"
	       : found				 ? "finding"
	       : waiter_time_is_up(&run->waiter) ? "duration"
						 : NULL;
}

static int loop(struct run *run)
{
	struct pace pace = { .every_s = run->progressive ? progressive_tick(&run->options)
							 : run->options.interval_s,
			     .next_list_s = run->options.interval_s };
	const char *reason = NULL;

	waiter_end_in(&run->waiter, run->options.duration_s);
	waiter_tick_every(&run->waiter, pace.every_s);
	while (!reason) {
		unsigned woke = wait_for(&run->waiter);
		if (woke & WOKE_FAULT)
			return FAULT;
		reason = go_on(run, &pace, woke);
	}
	if (run->progressive)
		progressive_end(run->progressive);
	tracer_detach_malloc(run->tracer);
	if (strcmp(reason, "reader-gone") != 0) {
		output_snapshot(run->output, strcmp(reason, "target-exited") == 0
						     ? THE_LAST_OF_ONE_GONE
						     : THE_LAST);
		output_end(run->output, reason);
	}
	return DONE;
}

static int load(struct run *run)
{
	struct reason why = { .text = "" };

	run->tracer = tracer_load(&run->options, &run->settings, &why);
	if (!run->tracer)
		return cannot_for(run, &why);
	if (run->settings.by_cgroup == BY_CGROUP2 && tracer_cgroup(run->tracer, run->cgroup))
		return cannot(run, "no-cgroup", "%s: %s", run->options.cgroup, strerror(errno));
	return DONE;
}

static int attach(struct run *run)
{
	struct reason why = { .text = "" };

	tracer_state(run->tracer)->target_is_32bit = is_32bit(run->options.pid);
	if (run->options.progressive) {
		run->progressive =
			progressive_new(&run->options, run->tracer, &run->objects, run->output);
		if (!run->progressive || tracer_watch_growth(run->tracer, &why))
			return cannot_for(run, &why);
		return DONE;
	}
	if (tracer_attach(run->tracer, &run->objects, run->options.pid, &why))
		return cannot_for(run, &why);
	warn(run);
	return DONE;
}

/* Who looks into the process: for its lists where that was asked for, and before progressive
 * tracing calls anything a leak. */
static bool begin_looking(struct run *run)
{
	const struct options *options = &run->options;

	if (!options->reachable && !options->progressive)
		return true;
	run->inquiry = inquiry_new(run->tracer, options->pid, options->max_sites);
	if (!run->inquiry)
		return false;
	if (options->reachable)
		output_reach(run->output, run->inquiry);
	if (run->progressive)
		progressive_reach(run->progressive, run->inquiry);
	return true;
}

int run_trace(struct run *run)
{
	uint64_t began = now_ns();
	int code = load(run);

	if (code)
		return code;
	uint64_t loaded = now_ns();
	run->output = output_new(&run->options, run->tracer, &run->objects);
	run->waiter.events = tracer_events_fd(run->tracer);
	if (!run->output || run->waiter.events < 0)
		return FAULT;
	code = attach(run);
	if (!code && !begin_looking(run))
		code = FAULT;
	if (code)
		return code;
	command_go(&run->command);
	if (run->newcomers.count)
		waiter_retry(&run->waiter, true);
	output_attached(run->output, loaded - began, now_ns() - loaded);
	return loop(run);
}
