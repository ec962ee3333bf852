/* The command line. */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

static const char HELP[] =
	"memleak - which call sites of a running process keep memory\n"
	"\n"
	"Usage\n"
	"  memleak -p PID [option...]\n"
	"  memleak --mntns PID|INODE [option...]\n"
	"  memleak --cgroup DIRECTORY [option...]\n"
	"\n"
	"  Follows every block that malloc and its relatives hand out (calloc, realloc, "
	"reallocarray, posix_memalign,\n"
	"  aligned_alloc, memalign, valloc, pvalloc, strdup and others that call them, C++ new) "
	"until it is freed, in the\n"
	"  kernel, and prints what is outstanding by call site. It needs BTF "
	"(/sys/kernel/btf/vmlinux) and Linux 5.15, and\n"
	"  neither kernel headers nor tracefs. Blocks from before it came are not seen, nor is "
	"their free.\n"
	"\n"
	"Whom\n"
	"  -p, --pid PID           one process with all its threads, until it ends; not its "
	"children\n"
	"      --mntns PID|INODE   every process of a mount namespace (a container): that of a "
	"process, or by number\n"
	"      --cgroup DIRECTORY  every process of a cgroup, version 2 or the memory hierarchy of "
	"version 1, and below it\n"
	"\n"
	"What\n"
	"      --min-size BYTES    requests of at least so much (1048576, 64K, 1M); with sessions "
	"(see --attach) the return of a\n"
	"                          smaller one costs nothing\n"
	"      --max-size BYTES    requests of at most so much\n"
	"      --sample N          one request in N, by chance; sums are those of the sample\n"
	"      --older-than S      count as outstanding only what has been for at least S seconds\n"
	"\n"
	"When\n"
	"  -i, --interval S        seconds between two lists (5); SIGUSR1 asks for one now\n"
	"  -d, --duration S        end after S seconds; otherwise Ctrl-C does, with a last list\n"
	"\n"
	"How it is told\n"
	"      --json              JSON lines on stdout (schemas/memleak.schema.json); everything "
	"else on stderr\n"
	"      --top N             call sites in a list (10 as text, all as JSON; 0: all)\n"
	"      --depth N           frames of a stack that tell call sites apart (64). Without "
	"frame pointers only the first,\n"
	"                          the caller, is right, and the rest makes many sites of one: "
	"--depth 1\n"
	"      --blocks            every outstanding block by itself: address, size, age\n"
	"\n"
	"Progressive tracing\n"
	"      --progressive       begin with what costs nothing per malloc: page faults by stack, "
	"mmap, munmap, brk, RSS.\n"
	"                          Probes go on malloc and free only once something grows, for "
	"that size class or thread\n"
	"                          where there is one, and only for as long as it takes to say "
	"what it is\n"
	"      --escalate S        seconds that probes may stay on malloc (30); 0: never\n"
	"\n"
	"As a gadget\n"
	"      --gadget[=OBJECT]   run the program of the gadget (program.bpf.c) in place of the "
	"tracer's own, or the one that\n"
	"                          OBJECT holds (make gadget), and print what `kubectl gadget run "
	"memleak -o json` prints: an\n"
	"                          array a list. Which pod it is, only Inspektor Gadget could say. "
	"It takes CAP_SYS_ADMIN\n"
	"\n"
	"Limits\n"
	"      --max-blocks N      outstanding blocks that can be followed (1048576)\n"
	"      --max-sites N       call sites (16384)\n"
	"      --attach MODE       auto: the first of these that the kernel has. session: entry "
	"and return are one probe\n"
	"                          (Linux 6.13). multi: one link for all functions (6.10). perf: "
	"any kernel; it takes\n"
	"                          CAP_SYS_ADMIN, the others CAP_BPF and CAP_PERFMON, and all of "
	"them CAP_SYS_PTRACE\n"
	"\n"
	"  -v, --verbose           what libbpf says, on stderr\n"
	"  -h, --help              this text\n"
	"  -V, --version           the version\n"
	"\n"
	"What it costs\n"
	"  Each malloc and each free of the process takes a trap into the kernel, 0.5 to 2 "
	"microseconds: nothing for a\n"
	"  process that allocates a thousand times a second, a standstill for one that does little "
	"else. Measure it:\n"
	"  top -p PID before and while it runs. With sessions --min-size and --sample spare one "
	"trap of three for what they\n"
	"  leave out; --progressive avoids most of them.\n"
	"\n"
	"What was lost\n"
	"  A block for which there was no room, a call site too many, a stack that could not be "
	"walked, a free that was\n"
	"  never seen: each is counted and printed with every list. Without such a line the list "
	"is exact.\n"
	"\n"
	"Exit status\n"
	"  0 ended as asked    2 wrong usage    3 a fault of its own    4 this machine, or this "
	"process, can't: says why\n"
	"\n"
	"Examples\n"
	"  sudo memleak -p $(pidof stealth-leaker) -i 8\n"
	"  sudo memleak -p 4711 --min-size 1M --json --blocks -d 120 > trace.jsonl\n"
	"  sudo memleak -p 4711 --progressive\n";

enum {
	MNTNS = 256,
	CGROUP,
	MIN_SIZE,
	MAX_SIZE,
	SAMPLE,
	OLDER_THAN,
	JSON,
	TOP,
	BLOCKS,
	DEPTH,
	PROGRESSIVE,
	ESCALATE,
	MAX_BLOCKS,
	MAX_SITES,
	ATTACH,
	GADGET,
	EMPTY
};

static const struct option LONG[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "mntns", required_argument, NULL, MNTNS },
	{ "cgroup", required_argument, NULL, CGROUP },
	{ "min-size", required_argument, NULL, MIN_SIZE },
	{ "max-size", required_argument, NULL, MAX_SIZE },
	{ "sample", required_argument, NULL, SAMPLE },
	{ "older-than", required_argument, NULL, OLDER_THAN },
	{ "interval", required_argument, NULL, 'i' },
	{ "duration", required_argument, NULL, 'd' },
	{ "json", no_argument, NULL, JSON },
	{ "top", required_argument, NULL, TOP },
	{ "depth", required_argument, NULL, DEPTH },
	{ "blocks", no_argument, NULL, BLOCKS },
	{ "progressive", no_argument, NULL, PROGRESSIVE },
	{ "escalate", required_argument, NULL, ESCALATE },
	{ "max-blocks", required_argument, NULL, MAX_BLOCKS },
	{ "max-sites", required_argument, NULL, MAX_SITES },
	{ "attach", required_argument, NULL, ATTACH },
	{ "gadget", optional_argument, NULL, GADGET },
	{ "empty", no_argument, NULL,
	  EMPTY }, /* for our bench: the same probes, nothing behind them */
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

static int complain(const char *option, const char *text, const char *wants)
{
	fprintf(stderr, "memleak: %s takes %s, and %s is none. memleak --help\n", option, wants,
		text);
	return USAGE;
}

/* 512, 64K, 1M, 2G: bytes. */
static bool size_read(const char *text, uint64_t *into)
{
	char *end;

	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	int shift = *end == 'K' || *end == 'k'	 ? 10
		    : *end == 'M' || *end == 'm' ? 20
		    : *end == 'G' || *end == 'g' ? 30
						 : 0;
	if (shift)
		end++;
	if (end == text || *end || errno || text[0] == '-' || value > UINT64_MAX >> shift)
		return false;
	*into = value << shift;
	return true;
}

static bool number_read(const char *text, uint32_t least, uint32_t most, uint32_t *into)
{
	char *end;

	errno = 0;
	unsigned long value = strtoul(text, &end, 10);
	if (end == text || *end || errno || text[0] == '-' || value < least || value > most)
		return false;
	*into = (uint32_t)value;
	return true;
}

static bool seconds_read(const char *text, double least, double *into)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !isfinite(value) || value < least || value > 31536000)
		return false;
	*into = value;
	return true;
}

int options_read(struct options *options, int argc, char **argv)
{
	int option;
	uint32_t pid = 0;
	bool top = false;

	*options = (struct options){ .interval_s = 5,
				     .max_bytes = UINT64_MAX,
				     .sample = 1,
				     .top = 10,
				     .depth = MAX_FRAMES,
				     .max_blocks = 1 << 20,
				     .max_sites = 16384,
				     .escalate_s = 30 };
	while ((option = getopt_long(argc, argv, "p:i:d:hVv", LONG, NULL)) != -1) {
		switch (option) {
		case 'p':
			if (!number_read(optarg, 1, INT32_MAX, &pid))
				return complain("-p", optarg, "the number of a process");
			options->pid = (pid_t)pid;
			break;
		case MNTNS: {
			uint32_t number;
			if (!number_read(optarg, 1, UINT32_MAX, &number))
				return complain("--mntns", optarg,
						"a process or a namespace's number");
			options->mntns = optarg;
			break;
		}
		case CGROUP:
			options->cgroup = optarg;
			break;
		case MIN_SIZE:
			if (!size_read(optarg, &options->min_bytes))
				return complain("--min-size", optarg, "a number of bytes");
			break;
		case MAX_SIZE:
			if (!size_read(optarg, &options->max_bytes))
				return complain("--max-size", optarg, "a number of bytes");
			break;
		case SAMPLE:
			if (!number_read(optarg, 1, 1000000000, &options->sample))
				return complain("--sample", optarg, "a number from 1");
			break;
		case OLDER_THAN:
			if (!seconds_read(optarg, 0, &options->older_than_s))
				return complain("--older-than", optarg, "a number of seconds");
			break;
		case 'i':
			if (!seconds_read(optarg, 0.01, &options->interval_s))
				return complain("-i", optarg, "a number of seconds from 0.01");
			break;
		case 'd':
			if (!seconds_read(optarg, 0.01, &options->duration_s))
				return complain("-d", optarg, "a number of seconds from 0.01");
			break;
		case TOP:
			if (!number_read(optarg, 0, 1000000, &options->top))
				return complain("--top", optarg, "a number of call sites");
			top = true;
			break;
		case DEPTH:
			if (!number_read(optarg, 1, MAX_FRAMES, &options->depth))
				return complain("--depth", optarg,
						"a number of frames from 1 to 64");
			break;
		case ESCALATE:
			if (!seconds_read(optarg, 0, &options->escalate_s))
				return complain("--escalate", optarg, "a number of seconds");
			break;
		case MAX_BLOCKS:
			if (!number_read(optarg, 1, 64u << 20, &options->max_blocks))
				return complain("--max-blocks", optarg,
						"a number from 1 to 67108864");
			break;
		case MAX_SITES:
			if (!number_read(optarg, 1, 1u << 20, &options->max_sites))
				return complain("--max-sites", optarg,
						"a number from 1 to 1048576");
			break;
		case ATTACH:
			if (strcmp(optarg, "auto") == 0)
				options->attach = ATTACH_AUTO;
			else if (strcmp(optarg, "session") == 0)
				options->attach = ATTACH_SESSION;
			else if (strcmp(optarg, "multi") == 0)
				options->attach = ATTACH_MULTI;
			else if (strcmp(optarg, "perf") == 0)
				options->attach = ATTACH_PERF;
			else
				return complain("--attach", optarg, "auto, session, multi or perf");
			break;
		case JSON:
			options->json = true;
			break;
		case BLOCKS:
			options->blocks = true;
			break;
		case PROGRESSIVE:
			options->progressive = true;
			break;
		case GADGET:
			options->gadget = true;
			options->gadget_path = optarg;
			break;
		case EMPTY:
			options->empty = true;
			break;
		case 'v':
			options->verbose = true;
			break;
		case 'V':
			puts("memleak " VERSION);
			return DONE;
		case 'h':
			fputs(HELP, stdout);
			return DONE;
		default:
			fputs("memleak --help says what there is\n", stderr);
			return USAGE;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "memleak: %s belongs to no option. memleak --help\n", argv[optind]);
		return USAGE;
	}
	if ((options->pid != 0) + (options->mntns != NULL) + (options->cgroup != NULL) != 1) {
		fputs("memleak: say whom to trace: -p PID, --mntns PID or --cgroup DIRECTORY, one "
		      "of them. memleak --help\n",
		      stderr);
		return USAGE;
	}
	if (options->min_bytes > options->max_bytes) {
		fputs("memleak: --min-size is above --max-size: nothing would pass\n", stderr);
		return USAGE;
	}
	if (options->gadget &&
	    (options->progressive || options->cgroup || options->blocks ||
	     options->older_than_s > 0 || options->max_bytes != UINT64_MAX ||
	     options->depth != MAX_FRAMES || top || options->attach != ATTACH_AUTO ||
	     options->max_blocks != 1 << 20 || options->max_sites != 16384)) {
		fputs("memleak: --gadget goes with -p or --mntns, --min-size, --sample, -i and -d "
		      "only. memleak --help\n",
		      stderr);
		return USAGE;
	}
	if (options->progressive && !options->pid) {
		fputs("memleak: --progressive watches one process: -p PID\n", stderr);
		return USAGE;
	}
	if (options->json && !top)
		options->top = 0;
	return -1;
}
