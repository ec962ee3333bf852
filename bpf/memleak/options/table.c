#include "options/table.h"
#include "shared.h"

#define HEADING(text) { .heading = text }
#define INTO(field) .offset = offsetof(struct options, field)
#define NUMBER(field, from, to) .read = read_number, INTO(field), .least = from, .most = to
#define SECONDS(field, from) .read = read_seconds, INTO(field), .least = from
#define BYTES(field) .read = read_bytes, INTO(field), .wants = "a number of bytes"
#define YES(field) .read = read_yes, INTO(field)

const struct option_row OPTIONS[] = {
	HEADING("Whom"),
	{ .letter = 'p',
	  .name = "pid",
	  .argument = "PID",
	  NUMBER(pid, 1, INT32_MAX),
	  .wants = "the number of a process",
	  .help = "one process with all its threads, until it ends; not its children" },
	{ .letter = 'c',
	  .name = "command",
	  .argument = "COMMAND",
	  .read = read_text,
	  INTO(command),
	  .help = "begin a program, its arguments in the same word (quotes and $NAMES are a shell's), and trace it\n"
		  "from its first malloc; it ends with the trace, and what it prints goes to stderr with --json" },
	{ .name = "mntns",
	  .argument = "PID|INODE",
	  NUMBER(mntns, 1, UINT32_MAX),
	  .wants = "a process or a namespace's number",
	  .help = "every process of a mount namespace (a container): that of a process, or by number" },
	{ .name = "cgroup",
	  .argument = "DIRECTORY",
	  .read = read_text,
	  INTO(cgroup),
	  .help = "every process of a cgroup, version 2 or the memory hierarchy of version 1, and below it" },

	HEADING("What"),
	{ .name = "min-size",
	  .argument = "BYTES",
	  BYTES(min_bytes),
	  .help = "requests of at least so much (1048576, 64K, 1M); with sessions (see --attach) the return of a\n"
		  "smaller one costs nothing" },
	{ .name = "max-size",
	  .argument = "BYTES",
	  BYTES(max_bytes),
	  .help = "requests of at most so much" },
	{ .name = "sample",
	  .argument = "BYTES",
	  BYTES(sample),
	  .help = "follow the blocks of which a byte is drawn, one byte in so many (512K; 0: every block): big ones\n"
		  "surely, small ones by chance. A block keeps its lot through realloc. Lists say that they are\n"
		  "estimates of all blocks, with two standard errors; twenty blocks drawn are within a half" },
	{ .name = "older-than",
	  .argument = "S",
	  SECONDS(older_than_s, 0),
	  .wants = "a number of seconds",
	  .help = "count as outstanding only what has been for at least S seconds" },
	{ .name = "age",
	  .argument = "S",
	  SECONDS(age_s, 0),
	  .wants = "a number of seconds",
	  .help = "what is kept for S seconds, and for half as long again as whatever was given back, is no passing\n"
		  "matter (30; 50, and ten blocks, where none was given back yet): before, it is growing,\n"
		  "unproven" },

	{ .name = "reachable",
	  YES(reachable),
	  .help = "with each list, look whether the process still points at old blocks of suspect call sites: what\n"
		  "nothing points at is lost, and of the rest it says who holds it. See Lost or held, below" },

	HEADING("When"),
	{ .letter = 'i',
	  .name = "interval",
	  .argument = "S",
	  SECONDS(interval_s, LEAST_INTERVAL),
	  .wants = "a number of seconds from 0.01",
	  .help = "seconds between two lists (5); SIGUSR1 asks for one now. Without the letter, as BCC's memleak\n"
		  "has it: INTERVAL, or INTERVAL COUNT for so many lists" },
	{ .letter = 'd',
	  .name = "duration",
	  .argument = "S",
	  SECONDS(duration_s, 0.01),
	  .wants = "a number of seconds from 0.01",
	  .help = "end after S seconds; otherwise Ctrl-C does, with a last list" },

	HEADING("How it is told"),
	{ .name = "json",
	  YES(json),
	  .help = "JSON lines on stdout (schemas/memleak.schema.json); everything else on stderr" },
	{ .name = "top",
	  .argument = "N",
	  NUMBER(top, 0, 1000000),
	  .wants = "a number of call sites",
	  .help = "call sites in a list (10 as text, all as JSON; 0: all)" },
	{ .name = "depth",
	  .argument = "N",
	  NUMBER(depth, 1, MAX_FRAMES),
	  .wants = "a number of frames from 1 to 64",
	  .help = "frames of a stack that tell call sites apart (64). Without frame pointers only the first,\n"
		  "the caller, is right, and the rest makes many sites of one: --depth 1" },
	{ .name = "blocks",
	  YES(blocks),
	  .help = "every outstanding block by itself: address, size, age" },

	HEADING("Progressive tracing"),
	{ .name = "progressive",
	  YES(progressive),
	  .help = "begin with what costs nothing per malloc: page faults by stack, mmap, munmap, brk, RSS.\n"
		  "Probes go on malloc and free only once something grows, for that size class or thread\n"
		  "where there is one, and only for as long as it takes to say what it is" },
	{ .name = "escalate",
	  .argument = "S",
	  SECONDS(escalate_s, 0),
	  .wants = "a number of seconds",
	  .help = "seconds that probes may stay on malloc (45); 0: never" },

	HEADING("As a gadget"),
	{ .name = "gadget",
	  .argument = "[=OBJECT]",
	  .read = read_gadget,
	  .help = "run the program of the gadget (program.bpf.c) in place of the tracer's own, or the one that\n"
		  "OBJECT holds (make gadget), and print what `kubectl gadget run memleak -o json` prints: an\n"
		  "array a list. Which pod it is, only Inspektor Gadget could say. It takes CAP_SYS_ADMIN" },
	{ .name = "late",
	  .argument = "FUNCTION",
	  .read = read_text,
	  INTO(late),
	  .help = "for tests, with --gadget: the probes on FUNCTION go on a second after all others, as may happen\n"
		  "under Inspektor Gadget, which attaches in any order" },

	HEADING("Limits"),
	{ .name = "max-blocks",
	  .argument = "N",
	  NUMBER(max_blocks, 1, 64u << 20),
	  .wants = "a number from 1 to 67108864",
	  .help = "outstanding blocks that can be followed (1048576)" },
	{ .name = "max-sites",
	  .argument = "N",
	  NUMBER(max_sites, 1, 1u << 20),
	  .wants = "a number from 1 to 1048576",
	  .help = "call sites (16384)" },
	{ .name = "attach",
	  .argument = "MODE",
	  .read = read_attach_mode,
	  INTO(attach),
	  .wants = "auto, session, multi or perf",
	  .help = "auto: the first of these that the kernel has. session: entry and return are one probe\n"
		  "(Linux 6.13). multi: one link for all functions (6.10). perf: any kernel; it takes\n"
		  "CAP_SYS_ADMIN, the others CAP_BPF and CAP_PERFMON, and all of them CAP_SYS_PTRACE" },

	HEADING(""),
	/* For our bench: the same probes, nothing behind them. */
	{ .name = "empty", YES(empty) },
	{ .letter = 'v', .name = "verbose", YES(verbose), .help = "what libbpf says, on stderr" },
	{ .letter = 'h', .name = "help", .help = "this text" },
	{ .letter = 'V', .name = "version", .help = "the version" },
};
const size_t OPTION_COUNT = sizeof(OPTIONS) / sizeof(OPTIONS[0]);
