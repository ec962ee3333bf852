/* The programs into the kernel, in the first of the ways to attach them that it has. */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "ground/said.h"
#include "tracer/beside.h"
#include "tracer/state.h"

extern const unsigned char memleak_session[], memleak_session_end[], memleak_notes[],
	memleak_notes_end[];

/* By how they are attached; an object has its own. */
static const char *const SESSION_PROGRAMS[] = { "malloc_session", "outer_session",
						"empty_session" };
static const char *const ENTRY_PROGRAMS[] = {
	"malloc_enter", "malloc_leave",	 "outer_enter_note", "outer_leave_note", "free_enter",
	"new_enter",	"own_new_enter", "own_new_leave",    "empty_enter",	 "empty_leave"
};
static const char *const GROWTH_PROGRAMS[] = { "on_fault", "on_fault_event", "on_sys_enter",
					       "on_sys_exit" };
static const char *const GROWTH_MAPS[] = { "regions", "untouched", "walks" };
static const char *const MAPS_BY_SITE[] = { "sites", "lives", "site_of_stack", "taken" };
#define COUNT(names) (sizeof(names) / sizeof((names)[0]))

#if defined(__x86_64__)
#define OTHER_FAULT_PROGRAM "on_fault_event"
#else
#define OTHER_FAULT_PROGRAM "on_fault"
#endif

struct bpf_program *program_of_tracer(const struct tracer *tracer, const char *name)
{
	return bpf_object__find_program_by_name(tracer->object, name);
}

int map_of_tracer(const struct tracer *tracer, const char *name)
{
	return bpf_map__fd(bpf_object__find_map_by_name(tracer->object, name));
}

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

static void size_maps(struct bpf_object *object, const char *const *names, size_t count,
		      uint32_t entries)
{
	for (size_t i = 0; i < count; i++)
		bpf_map__set_max_entries(bpf_object__find_map_by_name(object, names[i]), entries);
}

/* What is fixed before the kernel sees it. */
static void prepare(struct bpf_object *object, const struct options *options,
		    const struct settings *settings, enum attach_mode mode)
{
	for (size_t i = 0; i < COUNT(GROWTH_PROGRAMS); i++)
		bpf_program__set_autoload(
			bpf_object__find_program_by_name(object, GROWTH_PROGRAMS[i]),
			options->progressive);
	bpf_program__set_autoload(bpf_object__find_program_by_name(object, OTHER_FAULT_PROGRAM),
				  false);
	bpf_program__set_autoload(bpf_object__find_program_by_name(object, "on_thread"),
				  options->reachable || options->progressive);
	if (mode != ATTACH_PERF) {
		attached_as(object, SESSION_PROGRAMS, COUNT(SESSION_PROGRAMS),
			    TRACE_UPROBE_SESSION);
		attached_as(object, ENTRY_PROGRAMS, COUNT(ENTRY_PROGRAMS), TRACE_UPROBE_MULTI);
	}
	bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "blocks"),
				 options->max_blocks);
	size_maps(object, MAPS_BY_SITE, COUNT(MAPS_BY_SITE), options->max_sites);
	if (!options->progressive)
		size_maps(object, GROWTH_MAPS, COUNT(GROWTH_MAPS), 1);
	bpf_map__set_initial_value(bpf_object__find_map_by_name(object, ".rodata.settings"),
				   settings, sizeof(*settings));
}

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
	int fd = multi_link(&attr);

	if (fd >= 0)
		close(fd);
	/* A directory holds no code. */
	if (fd >= 0 || errno != EBADF)
		return false;
	attr.pid = (uint32_t)-1;
	fd = multi_link(&attr);
	if (fd >= 0)
		close(fd);
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
	prepare(object, options, settings, mode);
	int error = bpf_object__load(object);
	if (!error && mode == ATTACH_MULTI &&
	    !multi_works(bpf_program__fd(bpf_object__find_program_by_name(object, "free_enter"))))
		error = -ENOTSUP;
	if (error) {
		bpf_object__close(object);
		return error;
	}
	tracer->object = object;
	tracer->mode = mode;
	return 0;
}

static void say_why(struct reason *why, int error)
{
	const char *said = libbpf_said();
	size_t length = strlen(said);

	if (error == -ENOTSUP && !length)
		reason_put(why, "this kernel has no such way to attach probes (--attach)");
	else if (error == -EPERM || error == -EACCES)
		reason_put(why,
			   "the kernel refuses to load BPF programs: CAP_BPF and CAP_PERFMON are "
			   "needed (run it with sudo), and kernel.unprivileged_bpf_disabled, "
			   "lockdown or a container's seccomp may forbid it%s",
			   error == -EACCES ? "; or its verifier does (-v prints what it says)"
					    : "");
	else if (access("/sys/kernel/btf/vmlinux", R_OK) != 0)
		reason_put(why,
			   "this kernel has no type information (BTF): /sys/kernel/btf/vmlinux "
			   "can't be read; a kernel built with CONFIG_DEBUG_INFO_BTF=y is needed");
	else
		/* The end of what libbpf said holds the reason. */
		reason_put(why, "%s: %s", strerror(-error),
			   length > 900 ? said + length - 900 : said);
}

/* What the programs share with us, as memory; NULL with errno. */
static void *map_memory(const struct tracer *tracer, const char *name, size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, map_of_tracer(tracer, name),
			0);

	return at == MAP_FAILED ? NULL : at;
}

struct tracer *tracer_load(const struct options *options, const struct settings *settings,
			   struct reason *why)
{
	struct tracer *tracer = calloc(1, sizeof(*tracer));
	int error = -ENOTSUP;

	if (!tracer)
		return NULL;
	libbpf_says(options->verbose);
	tracer->empty = options->empty;
	tracer->log = beside_listen();
	for (enum attach_mode mode = ATTACH_SESSION; mode <= ATTACH_PERF && error; mode++) {
		if (options->attach != ATTACH_AUTO && options->attach != mode)
			continue;
		libbpf_forget();
		error = try_load(tracer, options, settings, mode);
	}
	if (error) {
		say_why(why, error);
		if (tracer->log >= 0)
			close(tracer->log);
		free(tracer);
		return NULL;
	}
	tracer->site_room = options->max_sites;
	tracer->sites_bytes = (size_t)options->max_sites * sizeof(struct site);
	tracer->sites = map_memory(tracer, "sites", tracer->sites_bytes);
	tracer->lives_bytes = (size_t)options->max_sites * sizeof(struct lives);
	tracer->lives = map_memory(tracer, "lives", tracer->lives_bytes);
	tracer->state = map_memory(tracer, ".bss.state", sizeof(struct shared));
	if (!tracer->sites || !tracer->lives || !tracer->state) {
		reason_put(why, "the programs' maps can't be mapped: %s", strerror(errno));
		tracer_free(tracer);
		return NULL;
	}
	DECLARE_LIBBPF_OPTS(bpf_test_run_opts, none);
	bpf_prog_test_run_opts(bpf_program__fd(program_of_tracer(tracer, "learn_own")), &none);
	return tracer;
}

enum attach_mode tracer_mode(const struct tracer *tracer)
{
	return tracer->mode;
}

int tracer_cgroup(struct tracer *tracer, int fd)
{
	uint32_t zero = 0;

	return bpf_map_update_elem(map_of_tracer(tracer, "cgroups"), &zero, &fd, BPF_ANY);
}

void tracer_free(struct tracer *tracer)
{
	if (!tracer)
		return;
	tracer_unwatch_growth(tracer);
	tracer_detach(tracer);
	for (int i = 0; i < 2; i++)
		bpf_link__destroy(tracer->processes[i]);
	bpf_link__destroy(tracer->threads);
	ring_buffer__free(tracer->ring);
	if (tracer->sites)
		munmap(tracer->sites, tracer->sites_bytes);
	if (tracer->lives)
		munmap(tracer->lives, tracer->lives_bytes);
	if (tracer->state)
		munmap(tracer->state, sizeof(struct shared));
	bpf_object__close(tracer->object);
	if (tracer->log >= 0)
		close(tracer->log);
	free(tracer);
}
