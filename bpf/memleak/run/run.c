#include <stdarg.h>
#include <stdio.h>

#include "ground/json.h"
#include "run/run.h"
#include "symbols/symbols.h"

int cannot(const struct run *run, const char *reason, const char *format, ...)
{
	struct reason why = { .code = reason };
	struct json json = { .out = stdout };
	va_list args;

	va_start(args, format);
	vsnprintf(why.text, sizeof(why.text), format, args);
	va_end(args);
	say_reason(&why);
	if (!run->options.json || run->options.gadget)
		return CANNOT;
	json_open_object(&json);
	json_string_field(&json, "type", "cannot");
	json_string_field(&json, "reason", reason);
	json_string_field(&json, "why", why.text);
	json_close_object(&json);
	json_end_line(&json);
	return CANNOT;
}

int cannot_for(const struct run *run, const struct reason *why)
{
	return cannot(run, why->code ? why->code : "kernel", "%s", why->text);
}

static int begin(struct run *run)
{
	struct reason why = { .text = "" };

	if (run->options.command) {
		if (command_begin(&run->command, &run->options, &why))
			return cannot_for(run, &why);
		run->options.pid = run->command.pid;
	}
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
	inquiry_free(run.inquiry);
	output_free(run.output);
	tracer_free(run.tracer);
	command_end(&run.command);
	objects_free(&run.objects);
	symbols_free();
	return code;
}
