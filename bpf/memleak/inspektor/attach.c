/* Its programs where their sections say: at functions that hand out memory, or in the kernel. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "inspektor/state.h"

static const char *const OPTIONAL[] = { "reallocarray", "memalign", "valloc", "pvalloc",
					"aligned_alloc" };

static bool optional(const char *function)
{
	for (size_t i = 0; i < sizeof(OPTIONAL) / sizeof(OPTIONAL[0]); i++)
		if (strcmp(function, OPTIONAL[i]) == 0)
			return true;
	return false;
}

/* A program, and where its section says that it goes. */
struct probe {
	struct bpf_program *program;
	const char *section;
	const char *function; /* NULL: at no function */
	bool at_return, list;
};

static struct probe probe_of(struct bpf_program *program)
{
	const char *section = bpf_program__section_name(program), *colon = strchr(section, ':');
	bool entry = strncmp(section, "uprobe/", 7) == 0,
	     at_return = strncmp(section, "uretprobe/", 10) == 0;

	return (struct probe){ .program = program,
			       .section = section,
			       .function = colon && (entry || at_return) ? colon + 1 : NULL,
			       .at_return = at_return,
			       .list = strncmp(section, "iter/", 5) == 0 };
}

static bool is_entry(const struct probe *probe)
{
	return probe->function && !probe->at_return && strcmp(probe->function, "free") != 0;
}

static int attach_at(struct gadget *gadget, const struct probe *probe, const struct object *object,
		     const struct point *point, pid_t pid, struct reason *why)
{
	DECLARE_LIBBPF_OPTS(bpf_uprobe_opts, opts, .retprobe = probe->at_return);

	if (gadget->link_count == MAX_LINKS) {
		reason_put(why, "more files with a malloc than there is room for probes: %s",
			   object->name);
		return -1;
	}
	/* Where Inspektor Gadget puts it: at the function's first instruction. */
	struct bpf_link *link =
		bpf_program__attach_uprobe_opts(probe->program, pid > 0 ? pid : -1, object->path,
						point->offset - point->skipped, &opts);
	if (!link) {
		reason_put(why, "no probe on %s: %s", object->name, strerror(errno));
		return -1;
	}
	gadget->links[gadget->link_count++] = link;
	return 0;
}

static int attach_to_function(struct gadget *gadget, const struct probe *probe,
			      const struct objects *objects, pid_t pid, struct reason *why)
{
	int before = gadget->link_count;

	for (int i = 0; i < objects->count; i++) {
		const struct object *object = objects->list[i];
		for (int p = 0; p < object->point_count; p++)
			if (strcmp(object->points[p].function, probe->function) == 0 &&
			    attach_at(gadget, probe, object, &object->points[p], pid, why))
				return -1;
	}
	/* Two names of one function are one point. */
	if (gadget->link_count > before || optional(probe->function))
		return 0;
	reason_put(why, "no probe on %s: nothing that is mapped defines it", probe->function);
	return -1;
}

static int attach_to_kernel(struct gadget *gadget, const struct probe *probe, struct reason *why)
{
	if (gadget->link_count == MAX_LINKS)
		return 0;
	struct bpf_link *link = bpf_program__attach(probe->program);
	if (!link) {
		reason_put(why, "%s can't be attached: %s", probe->section, strerror(errno));
		return -1;
	}
	gadget->links[gadget->link_count++] = link;
	return 0;
}

/* Which programs go on in one round. */
struct round {
	bool entries;
	const char *but, *only; /* at this function; NULL: at any */
};

static bool is_in(const struct round *round, const struct probe *probe)
{
	const char *function = probe->function ? probe->function : "";

	return !probe->list && is_entry(probe) == round->entries &&
	       !(round->but && strcmp(function, round->but) == 0) &&
	       !(round->only && strcmp(function, round->only) != 0);
}

static int attach_round(struct gadget *gadget, struct round round, const struct objects *objects,
			pid_t pid, struct reason *why)
{
	struct bpf_program *program;

	bpf_object__for_each_program (program, gadget->object) {
		struct probe probe = probe_of(program);
		if (!is_in(&round, &probe))
			continue;
		if (probe.function ? attach_to_function(gadget, &probe, objects, pid, why)
				   : attach_to_kernel(gadget, &probe, why))
			return -1;
	}
	return 0;
}

#define LATE_US 1000000

int gadget_attach(struct gadget *gadget, const struct objects *objects,
		  const struct options *options, struct reason *why)
{
	const char *late = options->late;
	pid_t pid = options->pid;
	/* free and the returns before the entries: nothing is born that would not be seen to go. */
	int failed = attach_round(gadget, (struct round){ .but = late }, objects, pid, why);

	gadget->returns = gadget->link_count;
	if (!failed)
		failed = attach_round(gadget, (struct round){ .entries = true, .but = late },
				      objects, pid, why);
	if (failed || !late)
		return failed;
	usleep(LATE_US);
	failed = attach_round(gadget, (struct round){ .only = late }, objects, pid, why);
	return failed ? failed
		      : attach_round(gadget, (struct round){ .entries = true, .only = late },
				     objects, pid, why);
}

void gadget_detach(struct gadget *gadget)
{
	/* Entries first: what has been entered may still return. */
	links_destroy(gadget->links + gadget->returns, gadget->link_count - gadget->returns);
	links_destroy(gadget->links, gadget->returns);
	gadget->link_count = gadget->returns = 0;
}
