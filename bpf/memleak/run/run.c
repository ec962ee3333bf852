#include <stdarg.h>
#include <stdio.h>

#include "run/run.h"
#include "symbols/symbols.h"

int cannot(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("memleak: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	return CANNOT;
}

static int begin(struct run *run)
{
	int code = run_choose(run);

	if (code)
		return code;
	waiter_open(&run->waiter);
	return run->options.gadget ? run_gadget(run) : run_trace(run);
}

int run_as_asked(const struct options *options)
{
	struct run run = { .options = *options, .waiter = NOT_WAITING, .cgroup = -1 };
	int code = begin(&run);

	gadget_free(run.gadget);
	progressive_free(run.progressive);
	output_free(run.output);
	tracer_free(run.tracer);
	objects_free(&run.objects);
	symbols_free();
	return code;
}
