/* Probes on functions of the process, in the way that the kernel has. */
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "tracer/beside.h"
#include "tracer/state.h"

/* Functions that take the same programs, in the order in which they are attached. */
enum group { FREES, RETURNS, NEWS, OWN_NEWS, OUTERS, MALLOCS, GROUPS };

static enum group group_of(const struct point *point)
{
	switch ((int)point->kind) {
	case 0:
		return FREES;
	case KIND_NEW:
	case KIND_COPY_FAR:
		return NEWS;
	case KIND_OWN_NEW:
		return OWN_NEWS;
	case KIND_RETURN:
		return RETURNS;
	case KIND_MALLOC:
		return MALLOCS;
	default:
		return OUTERS;
	}
}

/* At the entry, at the return, and at both as one; those without a return have the entry alone. */
struct programs {
	const char *enter, *leave, *session;
};
static const struct programs PROGRAMS[GROUPS] = {
	[FREES] = { .enter = "free_enter" },
	[RETURNS] = { .enter = "own_new_leave" },
	[NEWS] = { .enter = "new_enter" },
	[OWN_NEWS] = { .enter = "own_new_enter" },
	[OUTERS] = { "outer_enter_note", "outer_leave_note", "outer_session" },
	[MALLOCS] = { "malloc_enter", "malloc_leave", "malloc_session" },
};
static const struct programs NOTHING_BEHIND = { "empty_enter", "empty_leave", "empty_session" };

int multi_link(const struct multi_attr *attr)
{
	return (int)syscall(SYS_bpf, BPF_LINK_CREATE, attr, sizeof(*attr));
}

/* A group of functions of one file, and whose probes they become. */
struct attachment {
	struct tracer *tracer;
	struct object *object;
	enum group group;
	pid_t pid; /* 0: every process */
	struct probes *into;
};

/* Whether it was refused for what another tracer has given with a probe there, and may go beside
 * it. */
static bool beside(const struct attachment *at)
{
	int why = errno;
	bool again = why == EINVAL && beside_learn(at->tracer->log, at->object);

	errno = why;
	return again;
}

/* One link for all of them; -1 with errno where the kernel refuses. */
static int attach_multi(const struct attachment *at, const char *program, uint32_t attach_type,
			uint32_t flags)
{
	uint64_t offsets[MAX_POINTS], cookies[MAX_POINTS], counters[MAX_POINTS];
	struct multi_attr attr = { .attach_type = attach_type, .multi_flags = flags };

	for (int i = 0; i < at->object->point_count; i++) {
		const struct point *point = &at->object->points[i];
		if (group_of(point) != at->group)
			continue;
		offsets[attr.count] = point->offset;
		counters[attr.count] = point->counter;
		cookies[attr.count++] = point->kind;
	}
	if (attr.count == 0)
		return 0;
	attr.prog_fd = (uint32_t)bpf_program__fd(program_of_tracer(at->tracer, program));
	attr.path = (uint64_t)(uintptr_t)at->object->path;
	attr.offsets = (uint64_t)(uintptr_t)offsets;
	attr.cookies = (uint64_t)(uintptr_t)cookies;
	attr.ref_ctr_offsets = (uint64_t)(uintptr_t)counters;
	attr.pid = (uint32_t)at->pid;
	int fd = multi_link(&attr);
	if (fd < 0)
		return beside(at) ? attach_multi(at, program, attach_type, flags) : -1;
	at->into->multi[at->into->multi_count++] = fd;
	return 0;
}

static int attach_perf(const struct attachment *at, const char *program, const struct point *point,
		       bool at_return)
{
	DECLARE_LIBBPF_OPTS(bpf_uprobe_opts, opts, .retprobe = at_return,
			    .bpf_cookie = (uint64_t)point->kind,
			    .ref_ctr_offset = (size_t)point->counter);

	if (at->into->perf_count >= MAX_LINKS) {
		errno = ENOSPC;
		return -1;
	}
	struct bpf_link *link = bpf_program__attach_uprobe_opts(
		program_of_tracer(at->tracer, program), at->pid > 0 ? at->pid : -1,
		at->object->path, point->offset, &opts);
	if (!link)
		return beside(at) ? attach_perf(at, program, point, at_return) : -1;
	at->into->perf[at->into->perf_count++] = link;
	return 0;
}

/* The return's probe before the entry's: a note that nobody fetches would stay. */
static int attach_each(const struct attachment *at, const struct programs *programs, bool returns)
{
	for (int i = 0; i < at->object->point_count; i++) {
		const struct point *point = &at->object->points[i];
		if (group_of(point) != at->group)
			continue;
		if (returns && attach_perf(at, programs->leave, point, true))
			return -1;
		if (attach_perf(at, programs->enter, point, false))
			return -1;
	}
	return 0;
}

static int attach_group(const struct attachment *at)
{
	const struct programs *programs =
		at->tracer->empty ? &NOTHING_BEHIND : &PROGRAMS[at->group];
	bool returns = PROGRAMS[at->group].leave != NULL;

	if (at->tracer->mode == ATTACH_PERF)
		return attach_each(at, programs, returns);
	if (at->tracer->mode == ATTACH_SESSION && returns)
		return attach_multi(at, programs->session, TRACE_UPROBE_SESSION, 0);
	if (returns && attach_multi(at, programs->leave, TRACE_UPROBE_MULTI, MULTI_RETURN))
		return -1;
	return attach_multi(at, programs->enter, TRACE_UPROBE_MULTI, 0);
}

void watch_processes(struct tracer *tracer)
{
	if (tracer->processes[0])
		return;
	tracer->processes[0] = bpf_program__attach(program_of_tracer(tracer, "on_exec"));
	tracer->processes[1] = bpf_program__attach(program_of_tracer(tracer, "on_exit"));
}

/* Links that a file takes at most: of its malloc's, and of all others'. */
#define MULTI_LINKS 2
#define MULTI_LINKS_OF_OTHERS (4 + MULTI_LINKS)

/* A file whose free were probed, and not its malloc, would be worse than none: what there is no
 * room for is left out as a whole. */
static void choose(struct tracer *tracer, struct objects *objects)
{
	bool perf = tracer->mode == ATTACH_PERF;
	int used = perf ? tracer->on_others.perf_count : tracer->on_others.multi_count;

	for (int i = 0; i < objects->count; i++) {
		struct object *object = objects->list[i];
		if (object->attached)
			continue;
		used += perf ? 2 * object->point_count : MULTI_LINKS_OF_OTHERS;
		object->left_out = used > MAX_LINKS;
	}
}

static void attached(struct tracer *tracer, struct object *object)
{
	object->attached = true;
	for (int i = 0; i < object->point_count; i++)
		tracer->state->news |= group_of(&object->points[i]) == NEWS;
}

static void say_why(const struct attachment *at, struct reason *why)
{
	int error = errno;
	bool refused = error == EACCES || error == EPERM;
	char whom[512] = "";

	why->code = "no-probe";
	if (error == EINVAL)
		beside_whom(at->object, whom, sizeof(whom));
	if (error == EINVAL && (at->object->contended || whom[0])) {
		why->code = "other-tracer";
		reason_put(why,
			   "no probe on %s: %s; another tracer holds one there with a reference "
			   "counter of its own%s%s, and the kernel takes no second kind beside it: "
			   "end that one first, or start BCC by the workshop, which passes none",
			   at->object->name, strerror(error), whom[0] ? ": " : "", whom);
		return;
	}
	reason_put(why, "no probe on %s: %s%s", at->object->name, strerror(error),
		   at->tracer->mode == ATTACH_PERF && refused
			   ? "; as perf events (Linux before 6.10, or --attach "
			     "perf) probes take CAP_SYS_ADMIN"
			   : "");
}

int tracer_attach(struct tracer *tracer, struct objects *objects, pid_t pid, struct reason *why)
{
	watch_processes(tracer);
	choose(tracer, objects);
	for (enum group group = 0; group < GROUPS; group++) {
		for (int i = 0; i < objects->count; i++) {
			struct attachment at = { .tracer = tracer,
						 .object = objects->list[i],
						 .group = group,
						 .pid = pid,
						 .into = group == MALLOCS ? &tracer->on_malloc
									  : &tracer->on_others };
			if (at.object->attached || at.object->left_out || !attach_group(&at))
				continue;
			say_why(&at, why);
			return -1;
		}
	}
	for (int i = 0; i < objects->count; i++)
		attached(tracer, objects->list[i]);
	return 0;
}

static void take_off(struct probes *probes)
{
	for (int i = 0; i < probes->multi_count; i++)
		close(probes->multi[i]);
	probes->multi_count = 0;
	links_destroy(probes->perf, probes->perf_count);
	probes->perf_count = 0;
}

void tracer_detach_malloc(struct tracer *tracer)
{
	take_off(&tracer->on_malloc);
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
	take_off(&tracer->on_malloc);
	take_off(&tracer->on_others);
	if (tracer->state)
		forget_calls(tracer);
}
