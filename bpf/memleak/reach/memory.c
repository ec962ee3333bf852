#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "ground/proc_maps.h"
#include "ground/search.h"
#include "reach/memory.h"

/* Below its stack pointer a function may use so much of the stack: the red zone of x86-64. */
#define RED_ZONE 128
/* One read, which its words are compared from: as much as stays in a processor's own cache. */
#define BUFFER_BYTES (512u << 10)
#define MOST_RUNS 256
/* So many pages are asked after at once. */
#define WINDOW 8192
/* Swapped out more than this, it stays there: it would push out what the process needs. */
#define MOST_SWAPPED (64ull << 20)

/* Documentation/admin-guide/mm/pagemap.rst */
#define PAGE_PRESENT (1ull << 63)
#define PAGE_SWAPPED (1ull << 62)
#define PAGE_OF_FILE (1ull << 61) /* or shared memory */

#define WHAT_IT_TAKES "looking into the process takes CAP_SYS_PTRACE (run it with sudo)"
#define OF_ANOTHER_USER                                                                            \
	"looking into a process of another user takes CAP_DAC_READ_SEARCH besides CAP_SYS_PTRACE"

static bool starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* A device's memory is no place for a program's pointers, and reading it may do something. */
static bool of_device(const char *name)
{
	return starts(name, "anon_inode:") ||
	       (starts(name, "/dev/") && !starts(name, "/dev/shm/") && !starts(name, "/dev/zero") &&
		!starts(name, "/dev/hugepages/"));
}

static bool holds_pointers(const struct mapped *mapped)
{
	if (!mapped->readable || of_device(mapped->name) || starts(mapped->name, "[v"))
		return false;
	/* What is shared and can't be written is somebody else's; a private file's pages are ours
	 * once they were written, also where they can't be any more. */
	return mapped->writable || !mapped->shared;
}

static struct area *room_for_one(struct memory *memory)
{
	if (memory->count == memory->room) {
		size_t room = memory->room ? memory->room * 2 : 256;
		struct area *grown = realloc(memory->areas, room * sizeof(*grown));
		if (!grown)
			return NULL;
		memory->areas = grown;
		memory->room = room;
	}
	return &memory->areas[memory->count];
}

static void put_name(struct area *area, const char *name)
{
	snprintf(area->name, sizeof(area->name), "%s", *name ? base_name(name) : "[anon]");
}

/* What lies before a mapping, for what that is. */
struct before {
	uint64_t end;
	bool guard;    /* nobody may touch it: a stack ends there */
	bool of_file;  /* zeros behind it are its file's as well */
	char name[64]; /* of the file */
};

/*
 * Whether a mapping is the stack that glibc has given a thread: at its end lies what glibc knows of
 * the thread, which begins with where it is itself, twice. A stack that a program switches to, of a
 * coroutine, may be one of many in a mapping.
 */
static bool is_threads_own(const struct area *area, pid_t pid)
{
	static uint64_t words[8192];
	uint64_t bytes = area->end - area->start;
	size_t length = bytes < sizeof(words) ? (size_t)bytes : sizeof(words);
	uint64_t from = area->end - length;
	struct iovec into = { words, length }, of = { (void *)(uintptr_t)from, length };
	ssize_t got = process_vm_readv(pid, &into, 1, &of, 1, 0);

	for (size_t i = 0; got > 0 && i + 2 < (size_t)got / sizeof(*words); i++) {
		uint64_t at = from + i * sizeof(*words);
		if (words[i] == at && words[i + 2] == at)
			return true;
	}
	return false;
}

/* Frames that are over lie below the stack pointer; where a stack begins is only sure above a
 * guard, else it may be one with what lies below. */
static void cut_stack(struct area *area, const struct thread *thread)
{
	if (thread->sp - RED_ZONE > area->start)
		area->start = (thread->sp - RED_ZONE) & ~7ull;
}

static struct area area_of(const struct mapped *mapped, const struct before *before,
			   const struct threads *threads, pid_t pid)
{
	struct area area = { .start = mapped->start,
			     .end = mapped->end,
			     .kind = AREA_MEMORY,
			     .files_pages = mapped->shared };
	bool nameless = !mapped->inode && !mapped->name[0];
	bool main_stack = strcmp(mapped->name, "[stack]") == 0;
	const struct thread *thread = nameless || main_stack || starts(mapped->name, "[anon:") ||
						      starts(mapped->name, "[stack:")
					      ? threads_within(threads, mapped->start, mapped->end)
					      : NULL;

	put_name(&area, mapped->name);
	if (thread) {
		bool guarded = before->guard && before->end == area.start;
		area.kind = AREA_STACK;
		area.tid = thread->tid;
		if (main_stack || (guarded && is_threads_own(&area, pid)))
			cut_stack(&area, thread);
	} else if (main_stack) {
		area.kind = AREA_STACK;
		area.tid = pid;
	} else if (mapped_a_file(mapped) && !mapped->shared) {
		area.kind = AREA_GLOBALS;
	} else if (nameless && before->of_file && before->end == area.start) {
		area.kind = AREA_GLOBALS;
		snprintf(area.name, sizeof(area.name), "%s", before->name);
	}
	return area;
}

static struct before before_of(const struct mapped *mapped)
{
	struct before before = { .end = mapped->end,
				 .guard = !mapped->readable && !mapped->writable &&
					  !mapped->executable,
				 .of_file = mapped_a_file(mapped) && !mapped->shared };

	snprintf(before.name, sizeof(before.name), "%s", base_name(mapped->name));
	return before;
}

static void refuse(struct reason *why, const char *what)
{
	if (errno == EPERM || errno == EACCES)
		reason_put(why, WHAT_IT_TAKES);
	else if (errno == ESRCH || errno == ENOENT)
		reason_put(why, "the process has ended");
	else if (errno == EINTR)
		reason_put(why, "the look was broken off");
	else
		reason_put(why, "%s: %s", what, strerror(errno));
}

/* The kernel says the same of a process that may not be looked into at all; then its mappings are
 * refused as well, which anybody may read by their file's mode. (CAP_PERFMON reads those, too, on
 * newer kernels; so both rights are named.) */
static bool is_another_users(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	int maps = open(path, O_RDONLY | O_CLOEXEC);
	if (maps >= 0)
		close(maps);
	return maps >= 0;
}

static int open_pagemap(struct memory *memory, struct reason *why)
{
	char path[64];

	if (memory->pagemap >= 0)
		close(memory->pagemap);
	snprintf(path, sizeof(path), "/proc/%d/pagemap", memory->pid);
	memory->pagemap = open(path, O_RDONLY | O_CLOEXEC);
	if (memory->pagemap >= 0)
		return 0;
	if (errno == EACCES && is_another_users(memory->pid))
		reason_put(why, OF_ANOTHER_USER);
	else
		refuse(why, "its pagemap can't be read");
	return -1;
}

int memory_map(struct memory *memory, const struct threads *threads, struct reason *why)
{
	struct mapped mapped;
	struct before before = { 0 };

	memory->count = 0;
	memory->wanted_bytes = 0;
	if (open_pagemap(memory, why))
		return -1;
	errno = 0;
	struct proc_maps maps = proc_maps_open(memory->pid);
	while (proc_maps_next(&maps, &mapped)) {
		struct area *room = holds_pointers(&mapped) ? room_for_one(memory) : NULL;
		if (room) {
			*room = area_of(&mapped, &before, threads, memory->pid);
			memory->wanted_bytes += room->end - room->start;
			memory->count++;
		}
		before = before_of(&mapped);
	}
	if (!memory->count)
		refuse(why, "its mappings can't be read");
	proc_maps_close(&maps);
	return memory->count ? 0 : -1;
}

/* One look: runs of pages are gathered until a buffer is full of them. */
struct scan {
	struct memory *memory;
	stretch_fn *each;
	void *with;
	enum direction direction;
	uint64_t *buffer;
	uint64_t *pages;
	struct iovec runs[MOST_RUNS];
	const struct area *areas[MOST_RUNS];
	int run_count;
	size_t filled;
	uint64_t done_bytes;
	bool reads_swapped;
	int error;
};

/* What was read of the runs from `first` on; the first that was not read whole. */
static int hand_out(struct scan *scan, int first, size_t got)
{
	const char *at = (const char *)scan->buffer;

	for (int i = first; i < scan->run_count; i++) {
		size_t length = scan->runs[i].iov_len, use = got < length ? got : length;
		struct stretch stretch = { .area = scan->areas[i],
					   .address = (uint64_t)(uintptr_t)scan->runs[i].iov_base,
					   .words = (const uint64_t *)at,
					   .count = use / sizeof(uint64_t) };
		if (stretch.count)
			scan->each(scan->with, &stretch);
		scan->memory->scanned_bytes += use;
		at += use;
		got -= use;
		if (use < length) {
			scan->runs[i].iov_base = (char *)scan->runs[i].iov_base + use;
			scan->runs[i].iov_len -= use;
			return i;
		}
	}
	return scan->run_count;
}

/* A page that was there a moment ago and is not now holds nothing any more. */
static int skip_page(struct scan *scan, int run)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t left = page - ((uintptr_t)scan->runs[run].iov_base & (page - 1));

	if (scan->runs[run].iov_len <= left)
		return run + 1;
	scan->runs[run].iov_base = (char *)scan->runs[run].iov_base + left;
	scan->runs[run].iov_len -= left;
	return run;
}

static void read_runs(struct scan *scan)
{
	int first = 0;

	while (first < scan->run_count && !scan->error) {
		struct iovec into = { .iov_base = scan->buffer, .iov_len = BUFFER_BYTES };
		ssize_t got = process_vm_readv(scan->memory->pid, &into, 1, &scan->runs[first],
					       (unsigned long)(scan->run_count - first), 0);
		if (got > 0)
			first = hand_out(scan, first, (size_t)got);
		else if (got < 0 && errno != EFAULT)
			scan->error = errno;
		else
			first = skip_page(scan, first);
	}
	scan->run_count = 0;
	scan->filled = 0;
}

static void add_run(struct scan *scan, const struct area *area, uint64_t start, uint64_t end)
{
	while (start < end && !scan->error) {
		size_t room = BUFFER_BYTES - scan->filled;
		size_t length = end - start < room ? (size_t)(end - start) : room;
		scan->runs[scan->run_count].iov_base = (void *)(uintptr_t)start;
		scan->runs[scan->run_count].iov_len = length;
		scan->areas[scan->run_count++] = area;
		scan->filled += length;
		start += length;
		if (scan->filled == BUFFER_BYTES || scan->run_count == MOST_RUNS)
			read_runs(scan);
	}
}

static bool wanted(struct scan *scan, const struct area *area, uint64_t page)
{
	if (page & PAGE_SWAPPED && !scan->reads_swapped) {
		scan->memory->swapped_bytes += (uint64_t)sysconf(_SC_PAGESIZE);
		return false;
	}
	/* Of a private file nobody has written to the page. */
	if (page & PAGE_OF_FILE && !area->files_pages && area->kind == AREA_GLOBALS)
		return false;
	return page & (PAGE_PRESENT | PAGE_SWAPPED);
}

/* The touched pages of a window, as runs. */
static void scan_window(struct scan *scan, const struct area *area, uint64_t start, uint64_t end)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), first = start / page;
	size_t count = (size_t)((end + page - 1) / page - first);
	ssize_t got = pread(scan->memory->pagemap, scan->pages, count * sizeof(uint64_t),
			    (off_t)(first * sizeof(uint64_t)));
	size_t known = got > 0 ? (size_t)got / sizeof(uint64_t) : 0;
	bool down = scan->direction == DOWNWARDS;

	for (size_t n = 0; n < known;) {
		size_t i = down ? known - 1 - n : n, length = 0;
		while (n + length < known &&
		       wanted(scan, area, scan->pages[down ? i - length : i + length]))
			length++;
		if (!length) {
			n++;
			continue;
		}
		uint64_t from = (first + (down ? i - length + 1 : i)) * page;
		uint64_t to = from + length * page;
		add_run(scan, area, from > start ? from : start, to < end ? to : end);
		n += length;
	}
	scan->done_bytes += end - start;
}

static bool goes_on(struct scan *scan)
{
	const struct memory *memory = scan->memory;

	if (scan->error || !memory->goes_on)
		return !scan->error;
	if (!memory->goes_on(memory->with, (double)scan->done_bytes / (double)memory->wanted_bytes))
		scan->error = EINTR;
	return !scan->error;
}

static void scan_area(struct scan *scan, const struct area *area)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), bytes = WINDOW * page;
	uint64_t base = area->start / page * page;
	uint64_t windows = (area->end - base + bytes - 1) / bytes;

	for (uint64_t n = 0; n < windows && goes_on(scan); n++) {
		uint64_t i = scan->direction == DOWNWARDS ? windows - 1 - n : n;
		uint64_t from = base + i * bytes, to = from + bytes;
		scan_window(scan, area, from > area->start ? from : area->start,
			    to < area->end ? to : area->end);
	}
}

/* Swapped out of the process in all; what cannot be read counts as nothing. */
static uint64_t swapped_of(pid_t pid)
{
	char path[64], line[256];
	unsigned long long kib = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	FILE *status = fopen(path, "re");
	while (status && fgets(line, sizeof(line), status))
		if (sscanf(line, "VmSwap: %llu", &kib) == 1)
			break;
	if (status)
		fclose(status);
	return kib << 10;
}

int memory_scan(struct memory *memory, enum direction direction, stretch_fn *each, void *with,
		struct reason *why)
{
	struct scan scan = { .memory = memory,
			     .each = each,
			     .with = with,
			     .direction = direction,
			     .buffer = malloc(BUFFER_BYTES),
			     .pages = malloc(WINDOW * sizeof(uint64_t)),
			     .reads_swapped = swapped_of(memory->pid) <= MOST_SWAPPED };

	memory->swapped_bytes = 0;
	if (!scan.buffer || !scan.pages)
		scan.error = ENOMEM;
	for (size_t n = 0; n < memory->count && !scan.error; n++) {
		size_t i = direction == DOWNWARDS ? memory->count - 1 - n : n;
		scan_area(&scan, &memory->areas[i]);
	}
	if (!scan.error)
		read_runs(&scan);
	free(scan.buffer);
	free(scan.pages);
	if (!scan.error)
		return 0;
	errno = scan.error;
	refuse(why, "its memory can't be read");
	return -1;
}

const struct area *memory_area_at(const struct memory *memory, uint64_t address)
{
	size_t low = count_up_to(memory->areas, memory->count, sizeof(*memory->areas),
				 offsetof(struct area, end), address);

	return low < memory->count && memory->areas[low].start <= address ? &memory->areas[low]
									  : NULL;
}

void memory_free(struct memory *memory)
{
	if (memory->pagemap >= 0)
		close(memory->pagemap);
	free(memory->areas);
	memory->areas = NULL;
	memory->count = memory->room = 0;
	memory->pagemap = -1;
}
