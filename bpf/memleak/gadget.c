/*
 * The gadget's program, run by us: what Inspektor Gadget does with program.bpf.c, where Inspektor
 * Gadget can't be had. Its programs go where their sections say, and its list is printed as `-o
 * json` prints it, field by field as the program's own types name them; but for what only Inspektor
 * Gadget knows: containers, pods, nodes.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "gadget.h"

extern const unsigned char memleak_gadget[], memleak_gadget_end[];

#define MOST_LINKS 512
#define MOST_STACK_FRAMES 127
struct gadget {
	struct bpf_object *object;
	struct bpf_link *links[MOST_LINKS];
	int link_count;
	int returns; /* so many of them are no entries, but for free's */
	struct bpf_link *list;
	const struct btf *btf;
	const struct btf_type *line; /* the struct that a line of the list is */
	uint32_t line_bytes;
	int stacks; /* the map of stacks; -1: none */
	pid_t pid;  /* a process of those traced, for the names */
	unsigned int pidns;
	const char *path;
};

static int said_nothing(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

static int said_all(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_DEBUG ? 0 : vfprintf(stderr, format, args);
}

/* A constant of the program, before it is loaded; false where it has none of that name and size. */
static bool set(struct gadget *gadget, const char *name, const void *value, size_t size)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, gadget->object)
	{
		size_t room;
		const char *section = bpf_map__name(map);
		char *bytes = (char *)bpf_map__initial_value(map, &room);
		const char *dot = strrchr(section, '.');
		int id = dot ? btf__find_by_name_kind(gadget->btf, dot, BTF_KIND_DATASEC) : -1;
		if (!bytes || id < 0)
			continue;
		const struct btf_type *data = btf__type_by_id(gadget->btf, (uint32_t)id);
		const struct btf_var_secinfo *at = btf_var_secinfos(data);
		for (int i = 0; i < btf_vlen(data); i++, at++) {
			const struct btf_type *variable = btf__type_by_id(gadget->btf, at->type);
			if (strcmp(btf__name_by_offset(gadget->btf, variable->name_off), name) !=
				    0 ||
			    at->size != size || at->offset + size > room)
				continue;
			memcpy(bytes + at->offset, value, size);
			return true;
		}
	}
	return false;
}

/* What a declaration of the gadget's names: the words after `prefix` in a variable's name, which
 * ___ parts. */
static bool declared(const struct btf *btf, const char *prefix, char *into, size_t room,
		     const char **second, const char **third)
{
	uint32_t count = btf__type_cnt(btf);

	for (uint32_t i = 1; i < count; i++) {
		const struct btf_type *type = btf__type_by_id(btf, i);
		const char *name = btf__name_by_offset(btf, type->name_off);
		if (!btf_is_var(type) || strncmp(name, prefix, strlen(prefix)) != 0 ||
		    strlen(name) >= room)
			continue;
		snprintf(into, room, "%s", name + strlen(prefix));
		char *gap = strstr(into, "___");
		if (!gap)
			continue;
		*gap = '\0';
		*second = gap + 3;
		gap = strstr(gap + 3, "___");
		if (third && gap) {
			*gap = '\0';
			*third = gap + 3;
		}
		return !third || gap;
	}
	return false;
}

static const char *const OPTIONAL[] = { "reallocarray", "memalign", "valloc", "pvalloc",
					"aligned_alloc" };

static bool optional(const char *function)
{
	for (size_t i = 0; i < sizeof(OPTIONAL) / sizeof(OPTIONAL[0]); i++)
		if (strcmp(function, OPTIONAL[i]) == 0)
			return true;
	return false;
}

static int attach_to(struct gadget *gadget, struct bpf_program *program, const char *function,
		     bool at_return, const struct objects *objects, pid_t pid, char *why,
		     size_t room)
{
	bool found = false;

	for (int i = 0; i < objects->count; i++) {
		const struct object *object = objects->list[i];
		for (int p = 0; p < object->point_count; p++) {
			const struct point *point = &object->points[p];
			if (strcmp(point->function, function) != 0)
				continue;
			DECLARE_LIBBPF_OPTS(bpf_uprobe_opts, opts, .retprobe = at_return);
			if (gadget->link_count == MOST_LINKS) {
				snprintf(why, room,
					 "more files with a malloc than there is room for probes: "
					 "%s",
					 object->name);
				return -1;
			}
			/* Where Inspektor Gadget puts it: at the function's first instruction. */
			struct bpf_link *link = bpf_program__attach_uprobe_opts(
				program, pid > 0 ? pid : -1, object->path,
				point->offset - point->skipped, &opts);
			if (!link) {
				snprintf(why, room, "no probe on %s: %s", object->name,
					 strerror(errno));
				return -1;
			}
			gadget->links[gadget->link_count++] = link;
			found = true;
		}
	}
	/* Two names of one function are one point. */
	if (found || optional(function))
		return 0;
	snprintf(why, room, "no probe on %s: nothing that is mapped defines it", function);
	return -1;
}

static int attach_all(struct gadget *gadget, const struct objects *objects, pid_t pid, char *why,
		      size_t room)
{
	struct bpf_program *program;

	/* free and the returns before the entries: nothing is born that would not be seen to go. */
	for (int pass = 0; pass < 2;
	     pass++, gadget->returns = gadget->returns ? gadget->returns : gadget->link_count)
		bpf_object__for_each_program(program, gadget->object)
		{
			const char *section = bpf_program__section_name(program),
				   *colon = strchr(section, ':');
			bool entry = strncmp(section, "uprobe/", 7) == 0,
			     at_return = strncmp(section, "uretprobe/", 10) == 0;
			bool first = at_return || (colon && strcmp(colon + 1, "free") == 0) ||
				     (!entry && !at_return);
			if (first != (pass == 0) || strncmp(section, "iter/", 5) == 0)
				continue;
			if (colon && (entry || at_return)) {
				if (attach_to(gadget, program, colon + 1, at_return, objects, pid,
					      why, room))
					return -1;
			} else if (gadget->link_count < MOST_LINKS) {
				struct bpf_link *link = bpf_program__attach(program);
				if (!link) {
					snprintf(why, room, "%s can't be attached: %s", section,
						 strerror(errno));
					return -1;
				}
				gadget->links[gadget->link_count++] = link;
			}
		}
	return 0;
}

static int find_list(struct gadget *gadget, char *why, size_t room)
{
	char names[256], target[256];
	const char *type, *program_name, *map_name;

	if (!declared(gadget->btf, "gadget_iter_", names, sizeof(names), &type, &program_name) ||
	    !declared(gadget->btf, "gadget_mapelem_iter_target_", target, sizeof(target), &map_name,
		      NULL)) {
		snprintf(why, room, "%s declares no list (GADGET_ITER, GADGET_ITER_TARGET_MAP)",
			 gadget->path);
		return -1;
	}
	int id = btf__find_by_name_kind(gadget->btf, type, BTF_KIND_STRUCT);
	struct bpf_program *program =
		bpf_object__find_program_by_name(gadget->object, program_name);
	struct bpf_map *map = bpf_object__find_map_by_name(gadget->object, map_name);
	if (id < 0 || !program || !map) {
		snprintf(why, room, "%s has no %s, no %s or no %s", gadget->path, type,
			 program_name, map_name);
		return -1;
	}
	gadget->line = btf__type_by_id(gadget->btf, (uint32_t)id);
	gadget->line_bytes = gadget->line->size;
	union bpf_iter_link_info info = { .map.map_fd = (uint32_t)bpf_map__fd(map) };
	DECLARE_LIBBPF_OPTS(bpf_iter_attach_opts, opts, .link_info = &info,
			    .link_info_len = sizeof(info));
	gadget->list = bpf_program__attach_iter(program, &opts);
	if (!gadget->list) {
		snprintf(why, room, "%s can't be attached: %s", program_name, strerror(errno));
		return -1;
	}
	return 0;
}

struct gadget *gadget_load(const struct options *options, const struct settings *settings,
			   const struct objects *objects, pid_t pid, char *why, size_t room)
{
	DECLARE_LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "memleak_gadget");
	struct gadget *gadget = calloc(1, sizeof(*gadget));
	const bool yes = true;
	struct bpf_map *map;

	if (!gadget)
		return NULL;
	gadget->pid = pid;
	gadget->pidns = settings->pidns;
	gadget->path = options->gadget_path ? options->gadget_path : "the gadget's program";
	libbpf_set_print(options->verbose ? said_all : said_nothing);
	gadget->object = options->gadget_path
				 ? bpf_object__open_file(options->gadget_path, &opts)
				 : bpf_object__open_mem(
					   memleak_gadget,
					   (size_t)(memleak_gadget_end - memleak_gadget), &opts);
	gadget->btf = gadget->object ? bpf_object__btf(gadget->object) : NULL;
	if (!gadget->btf) {
		snprintf(why, room, "%s: %s", gadget->path,
			 gadget->object ? "it has no types (BTF)" : strerror(errno));
		goto failed;
	}
	/* Some are sized by who loads them. */
	bpf_object__for_each_map(map, gadget->object) if (bpf_map__max_entries(map) == 0)
		bpf_map__set_max_entries(map, 1);
	uint32_t one_in = options->sample, only = (uint32_t)options->pid;
	set(gadget, "collect_ustack", &yes, sizeof(yes));
	if ((options->min_bytes &&
	     !set(gadget, "min_size", &options->min_bytes, sizeof(options->min_bytes))) ||
	    (one_in > 1 && !set(gadget, "sample", &one_in, sizeof(one_in)))) {
		snprintf(why, room, "%s has no parameter min_size, or no sample", gadget->path);
		goto failed;
	}
	if (settings->by_mntns ? !set(gadget, "gadget_filter_by_mntns", &yes, sizeof(yes))
			       : !set(gadget, "targ_pid", &only, sizeof(only))) {
		snprintf(why, room, "%s has no filter for whom to trace", gadget->path);
		goto failed;
	}
	int error = bpf_object__load(gadget->object);
	if (error) {
		if (error == -EPERM || error == -EACCES)
			snprintf(why, room,
				 "the kernel refuses to load BPF programs: CAP_BPF and CAP_PERFMON "
				 "are needed (run it with sudo), and the programs must pass its "
				 "verifier (-v prints what it says)");
		else
			snprintf(why, room, "%s: %s (-v prints what libbpf says)", strerror(-error),
				 gadget->path);
		goto failed;
	}
	struct bpf_map *filter = bpf_object__find_map_by_name(gadget->object,
							      "gadget_mntns_filter_map"),
		       *stacks = bpf_object__find_map_by_name(gadget->object, "ig_ustack");
	gadget->stacks = stacks ? bpf_map__fd(stacks) : -1;
	uint64_t id = settings->mntns;
	uint32_t one = 1;
	if (settings->by_mntns &&
	    (!filter || bpf_map_update_elem(bpf_map__fd(filter), &id, &one, BPF_ANY))) {
		snprintf(why, room, "the filter by mount namespace can't be set: %s",
			 strerror(errno));
		goto failed;
	}
	if (find_list(gadget, why, room) || attach_all(gadget, objects, options->pid, why, room))
		goto failed;
	return gadget;
failed:
	gadget_free(gadget);
	return NULL;
}

static uint64_t number_at(const char *at, uint32_t size)
{
	uint64_t value = 0;

	memcpy(&value, at, size < sizeof(value) ? size : sizeof(value));
	return value;
}

static const struct btf_type *bare(const struct btf *btf, uint32_t id, const char **alias)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	while (type && (btf_is_typedef(type) || btf_is_const(type) || btf_is_volatile(type))) {
		if (btf_is_typedef(type) && alias && !*alias)
			*alias = btf__name_by_offset(btf, type->name_off);
		type = btf__type_by_id(btf, type->type);
	}
	return type;
}

static uint64_t field(const struct gadget *gadget, const struct btf_type *of, const char *line,
		      const char *name)
{
	const struct btf_member *member = btf_members(of);

	for (int i = 0; i < btf_vlen(of); i++, member++) {
		const struct btf_type *type = bare(gadget->btf, member->type, NULL);
		if (type && strcmp(btf__name_by_offset(gadget->btf, member->name_off), name) == 0)
			return number_at(line + member->offset / 8, type->size);
	}
	return 0;
}

/* Innermost first, each followed by "; ": what Inspektor Gadget makes of a stack. */
static void stack_of(const struct gadget *gadget, const struct btf_type *type, const char *at)
{
	uint64_t frames[MOST_STACK_FRAMES] = { 0 };
	uint32_t id = (uint32_t)field(gadget, type, at, "stack_id");
	/* A thread's number does for its process's mappings. */
	pid_t pid = field(gadget, type, at, "pidns_level0") == gadget->pidns
			    ? (pid_t)field(gadget, type, at, "pid_level0")
		    : field(gadget, type, at, "pidns_level1") == gadget->pidns
			    ? (pid_t)field(gadget, type, at, "pid_level1")
			    : gadget->pid;
	char path[64], text[1200], *symbols = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&symbols, &length);

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	if (access(path, R_OK) != 0)
		pid = gadget->pid;
	bool there = gadget->stacks >= 0 && bpf_map_lookup_elem(gadget->stacks, &id, frames) == 0;
	fputs("{\"addresses\":\"", stdout);
	for (int i = 0; there && i < MOST_STACK_FRAMES && frames[i]; i++) {
		struct frame frame;
		printf("0x%016" PRIx64 "; ", frames[i]);
		symbol_of(pid, frames[i], true, &frame);
		if (frame.symbol[0])
			snprintf(text, sizeof(text), "%s; ", frame.symbol);
		else
			snprintf(text, sizeof(text), "0x%" PRIx64 "; ", frames[i]);
		if (out)
			fputs(text, out);
	}
	fputs("\",\"symbols\":", stdout);
	if (out)
		fclose(out);
	json_string(stdout, symbols ? symbols : "");
	free(symbols);
	const struct btf_member *member = btf_members(type);
	for (int i = 0; i < btf_vlen(type); i++, member++) {
		const struct btf_type *of = bare(gadget->btf, member->type, NULL);
		if (of && btf_is_int(of))
			printf(",\"%s\":%" PRIu64,
			       btf__name_by_offset(gadget->btf, member->name_off),
			       number_at(at + member->offset / 8, of->size));
	}
	putchar('}');
}

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void print_line(const struct gadget *gadget, const char *line)
{
	const struct btf_member *member = btf_members(gadget->line);

	putchar('{');
	for (int i = 0; i < btf_vlen(gadget->line); i++, member++) {
		const char *alias = NULL,
			   *name = btf__name_by_offset(gadget->btf, member->name_off),
			   *at = line + member->offset / 8;
		const struct btf_type *type = bare(gadget->btf, member->type, &alias);
		if (!type)
			continue;
		printf("%s\"%s\":", i ? "," : "", name);
		if (btf_is_struct(type)) {
			stack_of(gadget, type, at);
		} else if (btf_is_array(type)) {
			char text[64];
			uint32_t count = btf_array(type)->nelems;
			snprintf(text, sizeof(text), "%.*s",
				 (int)(count < sizeof(text) ? count : sizeof(text) - 1), at);
			json_string(stdout, text);
		} else if (alias && strcmp(alias, "gadget_timestamp") == 0) {
			/* Since boot in the kernel, since 1970 for the reader. */
			printf("%" PRIu64, number_at(at, type->size) + clock_ns(CLOCK_REALTIME) -
						   clock_ns(CLOCK_BOOTTIME));
		} else {
			printf("%" PRIu64, number_at(at, type->size));
		}
	}
	putchar('}');
}

int gadget_fetch(struct gadget *gadget)
{
	int fd = bpf_iter_create(bpf_link__fd(gadget->list));
	char *line = malloc(gadget->line_bytes);
	size_t have = 0;
	bool first = true;
	ssize_t got = -1;

	if (fd >= 0 && line) {
		putchar('[');
		while ((got = read(fd, line + have, gadget->line_bytes - have)) > 0 ||
		       (got < 0 && errno == EAGAIN)) {
			have += got > 0 ? (size_t)got : 0;
			if (have < gadget->line_bytes)
				continue;
			have = 0;
			if (!first)
				putchar(',');
			first = false;
			print_line(gadget, line);
		}
		puts("]");
		fflush(stdout);
	}
	free(line);
	if (fd >= 0)
		close(fd);
	return got == 0 && !ferror(stdout) ? 0 : -1;
}

static void *destroy(void *link)
{
	bpf_link__destroy(link);
	return NULL;
}

/* Each waits for the kernel's grace period: all at once wait once. */
static void take_off(struct gadget *gadget, int from)
{
	pthread_t threads[MOST_LINKS];
	int started = 0;

	for (int i = from; i < gadget->link_count; i++) {
		if (pthread_create(&threads[started], NULL, destroy, gadget->links[i]))
			destroy(gadget->links[i]);
		else
			started++;
	}
	for (int i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	gadget->link_count = from;
}

void gadget_free(struct gadget *gadget)
{
	if (!gadget)
		return;
	bpf_link__destroy(gadget->list);
	/* Entries first: what has been entered may still return. */
	take_off(gadget, gadget->returns);
	take_off(gadget, 0);
	bpf_object__close(gadget->object);
	free(gadget);
}
