#include <stdio.h>
#include <string.h>

#include "options/table.h"

/* Where what an option does begins. */
#define COLUMN 26

static const char HEAD[] =
	"memleak - which call sites of a running process keep memory\n"
	"\n"
	"Usage\n"
	"  memleak -p PID [option...] [INTERVAL [COUNT]]\n"
	"  memleak -c COMMAND [option...]\n"
	"  memleak --mntns PID|INODE [option...]\n"
	"  memleak --cgroup DIRECTORY [option...]\n"
	"\n"
	"  Follows every block that malloc and its relatives hand out (calloc, realloc, reallocarray, posix_memalign,\n"
	"  aligned_alloc, memalign, valloc, pvalloc, strdup and others that call them, C++ new) until it is freed, in the\n"
	"  kernel, and prints what is outstanding by call site. It needs BTF (/sys/kernel/btf/vmlinux) and Linux 5.15, and\n"
	"  neither kernel headers nor tracefs. Blocks from before it came are not seen, nor is their free.\n";

static const char TAIL[] =
	"\n"
	"What it costs\n"
	"  Each malloc and each free of the process takes a trap into the kernel, 0.5 to 2 microseconds: nothing for a\n"
	"  process that allocates a thousand times a second, a standstill for one that does little else. Measure it:\n"
	"  top -p PID before and while it runs. With sessions --min-size and --sample spare one trap of three for what they\n"
	"  leave out; --progressive avoids most of them.\n"
	"\n"
	"Names\n"
	"  They come from the files that are mapped and from their debug files: .gnu_debugdata, by build-id below\n"
	"  /usr/lib/debug, or by .gnu_debuglink; of code in no file, from /tmp/perf-PID.map. A frame without a name is an\n"
	"  address (module+offset): addr2line -e takes it, and debuginfod the build-id that --json has. They stay when the\n"
	"  process becomes another program, closes a library, or ends.\n"
	"\n"
	"Lost or held\n"
	"  --reachable reads the memory that the process has touched and may write to, its threads' stacks and registers,\n"
	"  and what epoll and timers hold for it, twice with each list, and stops it for none of that: about 0.3 seconds\n"
	"  of one processor a GiB and look, and never more than a fifth of the time but for the last list. A block counts\n"
	"  as held by a pointer anywhere into it, whatever stands in its upper 16 bits; lost blocks that point at one\n"
	"  another do not hold each other. It takes CAP_SYS_PTRACE, and CAP_DAC_READ_SEARCH for the process of another user.\n"
	"  Call sites are suspect that grow or leak by the lives of their blocks; --progressive looks as well, before it calls\n"
	"  anything a leak.\n"
	"  What it can't know: pointers that are packed (unaligned), compressed, encrypted, in io_uring or in another\n"
	"  process count as none. Memory that was freed and not yet used again may hold an old pointer, so of many lost\n"
	"  blocks one or the other counts as held, and of blocks that were lost together with what pointed at them more.\n"
	"  Held need not be wanted: a cache and a forgotten list look the same.\n"
	"\n"
	"What was lost\n"
	"  A block for which there was no room, a call site too many, a stack that could not be walked, a free that was\n"
	"  never seen: each is counted and printed with every list. Without such a line the list is exact.\n"
	"\n"
	"What it does not see\n"
	"  Only blocks of the malloc that is probed. Where a process has grown by more than those explain (by a quarter of\n"
	"  what is outstanding, 32 bytes a block and 4 MiB), each list says by how much: heaps of Go, Java or Python, an\n"
	"  allocator under another name, mmap, blocks from before it came that are touched only now.\n"
	"\n"
	"Exit status\n"
	"  0 ended as asked    2 wrong usage    3 a fault of its own    4 this machine, or this process, can't: says why\n"
	"\n"
	"Examples\n"
	"  sudo memleak -p $(pidof stealth-leaker) -i 8\n"
	"  sudo memleak -p 4711 --min-size 1M --json --blocks -d 120 > trace.jsonl\n"
	"  sudo memleak -p 4711 --progressive\n"
	"  sudo memleak -p 4711 --reachable -d 20\n";

static void print_heading(const char *heading)
{
	if (*heading)
		printf("\n%s\n", heading);
	else
		putchar('\n');
}

static void print_option(const struct option_row *row)
{
	const char *argument = row->argument ? row->argument : "";
	const char *gap = *argument && *argument != '[' ? " " : "";
	char label[COLUMN + 1], letter[] = "    ";

	if (row->letter)
		snprintf(letter, sizeof(letter), "-%c, ", row->letter);
	snprintf(label, sizeof(label), "  %s--%s%s%s", letter, row->name, gap, argument);
	for (const char *line = row->help; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		printf("%-*s%.*s\n", COLUMN, line == row->help ? label : "",
		       (int)strcspn(line, "\n"), line);
	}
}

void help_print(void)
{
	fputs(HEAD, stdout);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (OPTIONS[i].heading)
			print_heading(OPTIONS[i].heading);
		else if (OPTIONS[i].help)
			print_option(&OPTIONS[i]);
	}
	fputs(TAIL, stdout);
}
