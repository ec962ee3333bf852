/*
 * memleak, the tracer.
 *
 * What lives here, from the ground up; each floor includes only from those above it in this list:
 *
 *   shared.h      what the BPF programs and the loader agree on
 *   ground/       clock, JSON, waiting, /proc, reasons, links: nothing of ours below them
 *   options/      the command line
 *   objects/      which files hold the malloc of a process, and where in them probes go
 *   symbols/      from addresses to names
 *   tracer/       the BPF side: load, attach, read
 *   rule/         what became of each call site's blocks, and whether that is a leak
 *   reach/        whether the process still points at a block
 *   output/       lists, as text and as JSON lines
 *   progressive/  watching without a probe on malloc, until it is worth one
 *   inspektor/    the gadget's program, run as Inspektor Gadget runs it; it needs no tracer
 *   run/          whom to trace, and the loops
 *
 * The kernel's side is memleak.bpf.c (for the tracer) and program.bpf.c (the gadget), both over
 * core.bpf.h.
 */
#include "run/run.h"

int main(int argc, char **argv)
{
	struct options options;
	int code = options_read(&options, argc, argv);

	return code >= 0 ? code : run_as_asked(&options);
}
