/* The gadget's program: a list an interval, and one at the end. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ground/process.h"
#include "run/run.h"

static bool is_over(unsigned woke)
{
	return woke & (WOKE_END_ASKED | WOKE_TARGET_GONE | WOKE_TIME_UP);
}

static int fetch(struct run *run)
{
	if (gadget_fetch(run->gadget) == 0 || ferror(stdout))
		return DONE;
	return cannot(run, "kernel", "the list can't be read: %s", strerror(errno));
}

static int loop(struct run *run)
{
	pid_t pid = run->options.pid;
	uint32_t program = pid ? program_of(pid) : 0;

	for (;;) {
		unsigned woke = wait_for(&run->waiter);
		if (woke & WOKE_FAULT)
			return FAULT;
		if (woke & WOKE_READER_GONE)
			return DONE;
		if (pid && !is_over(woke) && program_of(pid) != program)
			return cannot(
				run, "became-another",
				"process %d has become another program, which the gadget's probes "
				"are not in: begin again",
				pid);
		if (!is_over(woke) && !(woke & (WOKE_TICK | WOKE_LIST_ASKED)))
			continue;
		int code = fetch(run);
		if (code || is_over(woke) || ferror(stdout))
			return code;
	}
}

int run_gadget(struct run *run)
{
	const struct options *options = &run->options;
	struct reason why = { .text = "" };

	run->gadget = gadget_load(options, &run->settings, &run->objects,
				  options->pid ? options->pid : run->first, &why);
	if (!run->gadget)
		return cannot_for(run, &why);
	waiter_end_in(&run->waiter, options->duration_s);
	waiter_tick_every(&run->waiter, options->interval_s);
	return loop(run);
}
