/* The BPF side: loading, attaching, detaching, reading maps. */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "loader.h"

/* Later than the headers of some distributions we build on. */
enum { TRACE_UPROBE_MULTI = 48, TRACE_UPROBE_SESSION = 57, MULTI_RETURN = 1 };

/* bpf(BPF_LINK_CREATE) for probes on many functions of a file at once. */
struct multi_attr {
	uint32_t prog_fd, target_fd, attach_type, flags;
	uint64_t path, offsets, ref_ctr_offsets, cookies;
	uint32_t count, multi_flags, pid, pad;
};

#define MAX_LINKS 512
struct tracer {
	struct bpf_object *object;
	struct shared *state;
	struct site *sites;
	size_t sites_bytes;
	uint32_t site_room;
	enum attach_mode mode;
	bool empty;
	/* By what is taken off first: malloc's, then all others. */
	int links[2][MAX_LINKS];
	struct bpf_link *perf[2][MAX_LINKS];
	int link_count[2], perf_count[2];
	struct bpf_link *tracepoints[2];
	struct bpf_link *growth[3];
	int fault_fds[MAX_CPUS];
	int fault_count;
	struct ring_buffer *ring;
	void (*each)(void *with, const struct event *event);
	void *with;
};

extern const unsigned char memleak_session[], memleak_session_end[], memleak_notes[],
	memleak_notes_end[];

static char last_said[4096];

/* libbpf's own words are kept for the reason, and not printed: most failures have a way round. */
static int keep(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level == LIBBPF_WARN) {
		size_t used = strlen(last_said);
		if (used > sizeof(last_said) - 512)
			used = 0;
		vsnprintf(last_said + used, sizeof(last_said) - used, format, args);
	}
	return 0;
}

static int loud(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_DEBUG ? 0 : vfprintf(stderr, format, args);
}

/* By how they are attached; an object has its own. */
static const char *const SESSION_PROGRAMS[] = { "malloc_session", "outer_session",
						"empty_session" };
static const char *const ENTRY_PROGRAMS[] = { "malloc_enter",	  "malloc_leave",
					      "outer_enter_note", "outer_leave_note",
					      "free_enter",	  "new_enter",
					      "empty_enter",	  "empty_leave" };
static const char *const GROWTH_PROGRAMS[] = { "on_fault", "on_fault_event", "on_sys_enter",
					       "on_sys_exit" };

static void attached_as(struct bpf_object *object, const char *const *names, size_t count,
			int attach_type)
{
	for (size_t i = 0; i < count; i++) {
		struct bpf_program *program = bpf_object__find_program_by_name(object, names[i]);
		if (program)
			bpf_program__set_expected_attach_type(program,
							      (enum bpf_attach_type)attach_type);
	}
}
#define ATTACHED_AS(object, names, type)                                                           \
	attached_as(object, names, sizeof(names) / sizeof(names[0]), type)

/*
 * Whether one link can be for many functions, and for one whole process. The first kernels that
 * could took a process for its first thread; those that were mended refuse a negative pid as such,
 * before they look at anything else.
 */
static bool multi_works(int program)
{
	uint64_t offset = 0;
	struct multi_attr attr = { .prog_fd = (uint32_t)program,
				   .attach_type = TRACE_UPROBE_MULTI,
				   .path = (uint64_t)(uintptr_t)"/",
				   .offsets = (uint64_t)(uintptr_t)&offset,
				   .count = 1 };
	long fd = syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));

	if (fd >= 0)
		close((int)fd);
	/* A directory holds no code. */
	if (fd >= 0 || errno != EBADF)
		return false;
	attr.pid = (uint32_t)-1;
	fd = syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));
	if (fd >= 0)
		close((int)fd);
	return fd < 0 && errno == EINVAL;
}

static int try_load(struct tracer *tracer, const struct options *options,
		    const struct settings *settings, enum attach_mode mode)
{
	DECLARE_LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "memleak");
	bool sessions = mode == ATTACH_SESSION;
	const unsigned char *from = sessions ? memleak_session : memleak_notes,
			    *to = sessions ? memleak_session_end : memleak_notes_end;
	struct bpf_object *object = bpf_object__open_mem(from, (size_t)(to - from), &opts);

	if (!object)
		return -errno;
	tracer->object = object;
	for (size_t i = 0; i < sizeof(GROWTH_PROGRAMS) / sizeof(GROWTH_PROGRAMS[0]); i++)
		bpf_program__set_autoload(
			bpf_object__find_program_by_name(object, GROWTH_PROGRAMS[i]),
			options->progressive);
#if defined(__x86_64__)
	bpf_program__set_autoload(bpf_object__find_program_by_name(object, "on_fault_event"),
				  false);
#else
	bpf_program__set_autoload(bpf_object__find_program_by_name(object, "on_fault"), false);
#endif
	if (mode != ATTACH_PERF) {
		ATTACHED_AS(object, SESSION_PROGRAMS, TRACE_UPROBE_SESSION);
		ATTACHED_AS(object, ENTRY_PROGRAMS, TRACE_UPROBE_MULTI);
	}
	bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "blocks"),
				 options->max_blocks);
	bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "sites"), options->max_sites);
	bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "site_of_stack"),
				 options->max_sites);
	bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "taken"), options->max_sites);
	if (!options->progressive) {
		static const char *const OF_GROWTH[] = { "regions", "untouched", "walks" };
		for (size_t i = 0; i < sizeof(OF_GROWTH) / sizeof(OF_GROWTH[0]); i++)
			bpf_map__set_max_entries(bpf_object__find_map_by_name(object, OF_GROWTH[i]),
						 1);
	}
	bpf_map__set_initial_value(bpf_object__find_map_by_name(object, ".rodata.settings"),
				   settings, sizeof(*settings));
	int error = bpf_object__load(object);
	if (error) {
		bpf_object__close(object);
		tracer->object = NULL;
		return error;
	}
	if (mode == ATTACH_MULTI &&
	    !multi_works(bpf_program__fd(bpf_object__find_program_by_name(object, "free_enter")))) {
		bpf_object__close(object);
		tracer->object = NULL;
		return -ENOTSUP;
	}
	tracer->mode = mode;
	return 0;
}

static void because(char *why, size_t room, int error)
{
	const char *said = last_said;
	size_t length = strlen(said);

	if (error == -ENOTSUP && !length)
		snprintf(why, room, "this kernel has no such way to attach probes (--attach)");
	else if (error == -EPERM || error == -EACCES)
		snprintf(why, room,
			 "the kernel refuses to load BPF programs: CAP_BPF and CAP_PERFMON are "
			 "needed (run it with sudo), and kernel.unprivileged_bpf_disabled, "
			 "lockdown or a container's seccomp may forbid it%s",
			 error == -EACCES ? "; or its verifier does (-v prints what it says)" : "");
	else if (access("/sys/kernel/btf/vmlinux", R_OK) != 0)
		snprintf(why, room,
			 "this kernel has no type information (BTF): /sys/kernel/btf/vmlinux can't "
			 "be read; a kernel built with CONFIG_DEBUG_INFO_BTF=y is needed");
	else
		/* The end of what libbpf said holds the reason. */
		snprintf(why, room, "%s: %s", strerror(-error),
			 length > 900 ? said + length - 900 : said);
}

static struct bpf_program *program(struct tracer *tracer, const char *name)
{
	return bpf_object__find_program_by_name(tracer->object, name);
}

struct tracer *tracer_load(const struct options *options, const struct settings *settings,
			   char *why, size_t room)
{
	struct tracer *tracer = calloc(1, sizeof(*tracer));
	int error = -ENOTSUP;

	if (!tracer)
		return NULL;
	libbpf_set_print(options->verbose ? loud : keep);
	tracer->empty = options->empty;
	for (enum attach_mode mode = ATTACH_SESSION; mode <= ATTACH_PERF && error; mode++) {
		if (options->attach != ATTACH_AUTO && options->attach != mode)
			continue;
		last_said[0] = '\0';
		error = try_load(tracer, options, settings, mode);
	}
	if (error) {
		because(why, room, error);
		free(tracer);
		return NULL;
	}
	tracer->site_room = options->max_sites;
	tracer->sites_bytes = (size_t)options->max_sites * sizeof(struct site);
	void *sites = mmap(NULL, tracer->sites_bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
			   bpf_map__fd(bpf_object__find_map_by_name(tracer->object, "sites")), 0);
	void *state =
		mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED,
		     bpf_map__fd(bpf_object__find_map_by_name(tracer->object, ".bss.state")), 0);
	if (sites == MAP_FAILED || state == MAP_FAILED) {
		snprintf(why, room, "the programs' maps can't be mapped: %s", strerror(errno));
		tracer_free(tracer);
		return NULL;
	}
	tracer->state = state;
	DECLARE_LIBBPF_OPTS(bpf_test_run_opts, none);
	bpf_prog_test_run_opts(bpf_program__fd(program(tracer, "learn_own")), &none);
	tracer->sites = sites;
	return tracer;
}

/* One link for all of `points` that `belongs` says; -1 with errno where the kernel refuses. */
static int attach_multi(struct tracer *tracer, const char *name, const struct object *object,
			pid_t pid, int set, uint32_t attach_type, bool at_return,
			bool (*belongs)(const struct point *))
{
	uint64_t offsets[MAX_POINTS], cookies[MAX_POINTS];
	struct multi_attr attr = { .attach_type = attach_type,
				   .multi_flags = at_return ? MULTI_RETURN : 0 };

	for (int i = 0; i < object->point_count; i++) {
		if (!belongs(&object->points[i]))
			continue;
		offsets[attr.count] = object->points[i].offset;
		cookies[attr.count++] = object->points[i].kind;
	}
	if (attr.count == 0)
		return 0;
	attr.prog_fd = (uint32_t)bpf_program__fd(program(tracer, name));
	attr.path = (uint64_t)(uintptr_t)object->path;
	attr.offsets = (uint64_t)(uintptr_t)offsets;
	attr.cookies = (uint64_t)(uintptr_t)cookies;
	attr.pid = pid > 0 ? (uint32_t)pid : 0;
	int fd = (int)syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));
	if (fd < 0)
		return -1;
	tracer->links[set][tracer->link_count[set]++] = fd;
	return 0;
}

static int attach_perf(struct tracer *tracer, const char *name, const struct object *object,
		       const struct point *point, pid_t pid, int set, bool at_return)
{
	DECLARE_LIBBPF_OPTS(bpf_uprobe_opts, opts, .retprobe = at_return,
			    .bpf_cookie = (uint64_t)point->kind);

	if (tracer->perf_count[set] >= MAX_LINKS)
		return -1;
	struct bpf_link *link = bpf_program__attach_uprobe_opts(
		program(tracer, name), pid > 0 ? pid : -1, object->path, point->offset, &opts);
	if (!link)
		return -1;
	tracer->perf[set][tracer->perf_count[set]++] = link;
	return 0;
}

static bool is_free(const struct point *point)
{
	return point->kind == 0;
}
static bool is_outer(const struct point *point)
{
	return point->kind > KIND_MALLOC && point->kind != KIND_NEW;
}
static bool is_new(const struct point *point)
{
	return point->kind == KIND_NEW;
}
static bool is_malloc(const struct point *point)
{
	return point->kind == KIND_MALLOC;
}

static int attach_object(struct tracer *tracer, const struct object *object, pid_t pid,
			 bool (*belongs)(const struct point *))
{
	bool mallocs = belongs == is_malloc, entry_only = belongs == is_free || belongs == is_new;
	int set = mallocs ? 0 : 1;

	const char *enter = tracer->empty	 ? "empty_enter"
			    : belongs == is_new	 ? "new_enter"
			    : belongs == is_free ? "free_enter"
			    : mallocs		 ? "malloc_enter"
						 : "outer_enter_note";
	const char *leave = tracer->empty ? "empty_leave"
			    : mallocs	  ? "malloc_leave"
					  : "outer_leave_note";

	if (tracer->mode == ATTACH_SESSION && !entry_only)
		return attach_multi(tracer,
				    tracer->empty ? "empty_session"
				    : mallocs	  ? "malloc_session"
						  : "outer_session",
				    object, pid, set, TRACE_UPROBE_SESSION, false, belongs);
	/* The return's probe before the entry's: a note that nobody fetches would stay. */
	if (tracer->mode != ATTACH_PERF) {
		if (!entry_only && attach_multi(tracer, leave, object, pid, set, TRACE_UPROBE_MULTI,
						true, belongs))
			return -1;
		return attach_multi(tracer, enter, object, pid, set, TRACE_UPROBE_MULTI, false,
				    belongs);
	}
	for (int i = 0; i < object->point_count; i++) {
		const struct point *point = &object->points[i];
		if (!belongs(point))
			continue;
		if (!entry_only && attach_perf(tracer, leave, object, point, pid, set, true))
			return -1;
		if (attach_perf(tracer, enter, object, point, pid, set, false))
			return -1;
	}
	return 0;
}

/* What becomes another program, and what ends. */
static void watch_processes(struct tracer *tracer)
{
	if (tracer->tracepoints[0])
		return;
	tracer->tracepoints[0] = bpf_program__attach(program(tracer, "on_exec"));
	tracer->tracepoints[1] = bpf_program__attach(program(tracer, "on_exit"));
}

int tracer_attach(struct tracer *tracer, struct objects *objects, pid_t pid, char *why, size_t room)
{
	bool (*const order[])(const struct point *) = { is_free, is_new, is_outer, is_malloc };

	watch_processes(tracer);
	for (size_t step = 0; step < sizeof(order) / sizeof(order[0]); step++) {
		for (int i = 0; i < objects->count; i++) {
			struct object *object = objects->list[i];
			if (object->attached ||
			    tracer->link_count[0] + tracer->link_count[1] + 4 > MAX_LINKS)
				continue;
			if (attach_object(tracer, object, pid, order[step])) {
				int error = errno;
				snprintf(why, room, "no probe on %s: %s%s", object->name,
					 strerror(error),
					 tracer->mode == ATTACH_PERF &&
							 (error == EACCES || error == EPERM)
						 ? "; as perf events (Linux before 6.10, or "
						   "--attach perf) probes take CAP_SYS_ADMIN"
						 : "");
				return -1;
			}
		}
	}
	for (int i = 0; i < objects->count; i++) {
		objects->list[i]->attached = true;
		for (int p = 0; p < objects->list[i]->point_count; p++)
			tracer->state->news |= is_new(&objects->list[i]->points[p]);
	}
	return 0;
}

static void *destroy(void *link)
{
	bpf_link__destroy(link);
	return NULL;
}

/* Taking off a probe waits for the kernel's grace period: all at once wait once. */
static void take_off(struct tracer *tracer, int set)
{
	pthread_t threads[MAX_LINKS];
	int started = 0;

	for (int i = 0; i < tracer->link_count[set]; i++)
		close(tracer->links[set][i]);
	tracer->link_count[set] = 0;
	for (int i = 0; i < tracer->perf_count[set]; i++) {
		if (pthread_create(&threads[started], NULL, destroy, tracer->perf[set][i]))
			destroy(tracer->perf[set][i]);
		else
			started++;
	}
	for (int i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	tracer->perf_count[set] = 0;
}

void tracer_detach_malloc(struct tracer *tracer)
{
	take_off(tracer, 0);
	tracer->state->closed = 1;
}

/* What calls in flight have left, which now nobody comes to fetch: it would stand for the next call
 * of that thread. */
static void forget_calls(struct tracer *tracer)
{
	static const char *const OF_CALLS[] = { "calls", "asked", "news" };

	for (size_t i = 0; i < sizeof(OF_CALLS) / sizeof(OF_CALLS[0]); i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(tracer->object, OF_CALLS[i]);
		uint32_t tid;
		while (map && bpf_map_get_next_key(bpf_map__fd(map), NULL, &tid) == 0)
			if (bpf_map_delete_elem(bpf_map__fd(map), &tid))
				break;
	}
	tracer->state->outer_calls = 0;
}

void tracer_detach(struct tracer *tracer)
{
	take_off(tracer, 0);
	take_off(tracer, 1);
	if (tracer->state)
		forget_calls(tracer);
}

static int watch_fault_events(struct tracer *tracer)
{
	int cpus = libbpf_num_possible_cpus();

	for (int cpu = 0; cpu < cpus && cpu < MAX_CPUS; cpu++) {
		struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE,
						.size = sizeof(attr),
						.config = PERF_COUNT_SW_PAGE_FAULTS,
						.sample_period = 1,
						.sample_type = PERF_SAMPLE_ADDR,
						.exclude_kernel = 1 };
		int fd =
			(int)syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
		if (fd < 0) {
			if (errno == ENODEV)
				continue; /* a CPU that could be there, and isn't */
			return -1;
		}
		tracer->fault_fds[tracer->fault_count++] = fd;
		if (ioctl(fd, PERF_EVENT_IOC_SET_BPF,
			  bpf_program__fd(program(tracer, "on_fault_event"))) ||
		    ioctl(fd, PERF_EVENT_IOC_ENABLE, 0))
			return -1;
	}
	return 0;
}

int tracer_watch_growth(struct tracer *tracer, char *why, size_t room)
{
	watch_processes(tracer);
	tracer->growth[0] = bpf_program__attach(program(tracer, "on_sys_enter"));
	tracer->growth[1] = bpf_program__attach(program(tracer, "on_sys_exit"));
	if (bpf_program__autoload(program(tracer, "on_fault")))
		tracer->growth[2] = bpf_program__attach(program(tracer, "on_fault"));
	else if (watch_fault_events(tracer)) {
		snprintf(why, room, "page faults can't be watched: %s", strerror(errno));
		return -1;
	}
	if (!tracer->growth[0] || !tracer->growth[1] ||
	    (bpf_program__autoload(program(tracer, "on_fault")) && !tracer->growth[2])) {
		snprintf(why, room, "a tracepoint is not to be had: %s", last_said);
		return -1;
	}
	return 0;
}

void tracer_unwatch_growth(struct tracer *tracer)
{
	for (int i = 0; i < 3; i++) {
		bpf_link__destroy(tracer->growth[i]);
		tracer->growth[i] = NULL;
	}
	for (int i = 0; i < tracer->fault_count; i++)
		close(tracer->fault_fds[i]);
	tracer->fault_count = 0;
}

int tracer_cgroup(struct tracer *tracer, int fd)
{
	uint32_t zero = 0;

	return bpf_map_update_elem(
		bpf_map__fd(bpf_object__find_map_by_name(tracer->object, "cgroups")), &zero, &fd,
		BPF_ANY);
}

const char *attach_mode_name(enum attach_mode mode)
{
	static const char *const NAMES[] = { [ATTACH_AUTO] = "auto",
					     [ATTACH_SESSION] = "session",
					     [ATTACH_MULTI] = "multi",
					     [ATTACH_PERF] = "perf" };

	return NAMES[mode];
}

enum attach_mode tracer_mode(const struct tracer *tracer)
{
	return tracer->mode;
}
struct shared *tracer_state(struct tracer *tracer)
{
	return tracer->state;
}
const struct site *tracer_sites(struct tracer *tracer)
{
	return tracer->sites;
}

struct sums sums_of(const struct site *site)
{
	const volatile struct site *live = site;
	struct sums sums;

	/* What is freed was handed out before: read in this order, the difference is never
	 * negative. */
	sums.frees = live->frees;
	sums.freed_bytes = live->freed_bytes;
	sums.allocs = live->allocs;
	sums.allocated_bytes = live->allocated_bytes;
	sums.count = sums.allocs > sums.frees ? sums.allocs - sums.frees : 0;
	sums.bytes = sums.allocated_bytes > sums.freed_bytes
			     ? sums.allocated_bytes - sums.freed_bytes
			     : 0;
	return sums;
}

uint64_t tracer_hits(struct tracer *tracer)
{
	int cpus = libbpf_num_possible_cpus();
	uint64_t by_cpu[cpus > 0 ? cpus : 1], sum = 0;
	uint32_t zero = 0;

	if (cpus <= 0 ||
	    bpf_map_lookup_elem(bpf_map__fd(bpf_object__find_map_by_name(tracer->object, "hits")),
				&zero, by_cpu))
		return 0;
	for (int i = 0; i < cpus; i++)
		sum += by_cpu[i];
	return sum;
}

static int on_event(void *with, void *data, size_t size)
{
	struct tracer *tracer = with;

	if (size >= sizeof(struct event))
		tracer->each(tracer->with, data);
	return 0;
}

int tracer_events_fd(struct tracer *tracer)
{
	if (!tracer->ring)
		tracer->ring = ring_buffer__new(
			bpf_map__fd(bpf_object__find_map_by_name(tracer->object, "events")),
			on_event, tracer, NULL);
	return tracer->ring ? ring_buffer__epoll_fd(tracer->ring) : -1;
}

int tracer_events(struct tracer *tracer, void (*each)(void *with, const struct event *event),
		  void *with)
{
	tracer->each = each;
	tracer->with = with;
	return ring_buffer__consume(tracer->ring);
}

#define BATCH 8192
int tracer_each_block(struct tracer *tracer, bool regions, block_fn *each, void *with)
{
	int fd = bpf_map__fd(
		bpf_object__find_map_by_name(tracer->object, regions ? "regions" : "blocks"));
	struct block_key *keys = malloc(BATCH * sizeof(*keys));
	struct block *values = malloc(BATCH * sizeof(*values));
	uint32_t in = 0, out = 0;
	bool begun = false;
	int failed = keys && values ? 0 : -1;

	while (!failed) {
		uint32_t count = BATCH;
		int error = bpf_map_lookup_batch(fd, begun ? &in : NULL, &out, keys, values, &count,
						 NULL);
		if (error && errno != ENOENT) {
			failed = -1;
			break;
		}
		for (uint32_t i = 0; i < count; i++)
			each(with, &keys[i], &values[i]);
		if (error)
			break;
		begun = true;
		in = out;
	}
	free(keys);
	free(values);
	return failed;
}

struct forget {
	int fd;
	uint32_t tgid;
	uint64_t before_ns;
	struct gone {
		struct block_key key;
		struct block block;
	} *list;
	size_t count, room;
};

static void collect(void *with, const struct block_key *key, const struct block *block)
{
	struct forget *forget = with;

	if (key->tgid != forget->tgid || block->born_ns > forget->before_ns)
		return;
	if (forget->count == forget->room) {
		size_t room = forget->room ? forget->room * 2 : 1024;
		struct gone *grown = realloc(forget->list, room * sizeof(*grown));
		if (!grown)
			return;
		forget->list = grown;
		forget->room = room;
	}
	forget->list[forget->count++] = (struct gone){ .key = *key, .block = *block };
}

/* With the process its memory went back to the kernel: the site's sums say so, too. */
static void given_back(struct tracer *tracer, const struct block *block)
{
	struct site *site = &tracer->sites[block->site];

	if (block->site >= tracer->site_room)
		return;
	__atomic_fetch_add(&site->freed_bytes, block->bytes, __ATOMIC_RELAXED);
	__atomic_fetch_add(&site->frees, 1, __ATOMIC_RELAXED);
}

void tracer_forget(struct tracer *tracer, uint32_t tgid, uint64_t before_ns)
{
	const char *const maps[] = { "blocks", "regions" };
	bool holds[2] = { false, false };

	/* Going through a map of a million buckets is for a process that has left something. */
	for (uint32_t i = 0; i < tracer->state->site_count && i < tracer->site_room; i++) {
		const struct site *site = &tracer->sites[i];
		if (site->tgid == tgid && site->origin != FROM_FAULT && sums_of(site).count > 0)
			holds[site->origin == FROM_MAPPING] = true;
	}
	for (int i = 0; i < 2; i++) {
		if (!holds[i])
			continue;
		struct forget forget = { .tgid = tgid, .before_ns = before_ns };
		int fd = bpf_map__fd(bpf_object__find_map_by_name(tracer->object, maps[i]));
		tracer_each_block(tracer, i == 1, collect, &forget);
		for (size_t k = 0; k < forget.count; k++)
			if (bpf_map_delete_elem(fd, &forget.list[k].key) == 0)
				given_back(tracer, &forget.list[k].block);
		free(forget.list);
	}
}

void tracer_free(struct tracer *tracer)
{
	if (!tracer)
		return;
	tracer_unwatch_growth(tracer);
	tracer_detach(tracer);
	for (int i = 0; i < 2; i++)
		bpf_link__destroy(tracer->tracepoints[i]);
	ring_buffer__free(tracer->ring);
	if (tracer->sites)
		munmap(tracer->sites, tracer->sites_bytes);
	if (tracer->state)
		munmap(tracer->state, sizeof(struct shared));
	bpf_object__close(tracer->object);
	free(tracer);
}
