#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "ground/said.h"
#include "inspektor/state.h"

extern const unsigned char memleak_gadget[], memleak_gadget_end[];

static int open_program(struct gadget *gadget, const char *path, struct reason *why)
{
	DECLARE_LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "memleak_gadget");
	size_t size = (size_t)(memleak_gadget_end - memleak_gadget);
	struct bpf_map *map;

	gadget->object = path ? bpf_object__open_file(path, &opts)
			      : bpf_object__open_mem(memleak_gadget, size, &opts);
	gadget->btf = gadget->object ? bpf_object__btf(gadget->object) : NULL;
	if (!gadget->btf) {
		reason_put(why, "%s: %s", gadget->path,
			   gadget->object ? "it has no types (BTF)" : strerror(errno));
		return -1;
	}
	/* Some are sized by who loads them. */
	bpf_object__for_each_map (map, gadget->object) {
		if (bpf_map__max_entries(map) == 0)
			bpf_map__set_max_entries(map, 1);
	}
	return 0;
}

static int set_parameters(struct gadget *gadget, const struct options *options,
			  const struct settings *settings, struct reason *why)
{
	const bool yes = true;
	uint32_t one_in = (uint32_t)options->sample, only = (uint32_t)options->pid;

	gadget_set(gadget, "collect_ustack", &yes, sizeof(yes));
	if ((options->min_bytes &&
	     !gadget_set(gadget, "min_size", &options->min_bytes, sizeof(options->min_bytes))) ||
	    (one_in > 0 && !gadget_set(gadget, "sample", &one_in, sizeof(one_in)))) {
		reason_put(why, "%s has no parameter min_size, or no sample", gadget->path);
		return -1;
	}
	if (settings->by_mntns ? !gadget_set(gadget, "gadget_filter_by_mntns", &yes, sizeof(yes))
			       : !gadget_set(gadget, "targ_pid", &only, sizeof(only))) {
		reason_put(why, "%s has no filter for whom to trace", gadget->path);
		return -1;
	}
	return 0;
}

static int load(struct gadget *gadget, struct reason *why)
{
	int error = bpf_object__load(gadget->object);

	if (error == -EPERM || error == -EACCES)
		reason_put(why,
			   "the kernel refuses to load BPF programs: CAP_BPF and CAP_PERFMON are "
			   "needed (run it with sudo), and the programs must pass its verifier "
			   "(-v prints what it says)");
	else if (error)
		reason_put(why, "%s: %s (-v prints what libbpf says)", strerror(-error),
			   gadget->path);
	return error;
}

static int filter_by_mntns(struct gadget *gadget, uint64_t mntns, struct reason *why)
{
	struct bpf_map *filter =
		bpf_object__find_map_by_name(gadget->object, "gadget_mntns_filter_map");
	uint32_t one = 1;

	if (filter && bpf_map_update_elem(bpf_map__fd(filter), &mntns, &one, BPF_ANY) == 0)
		return 0;
	reason_put(why, "the filter by mount namespace can't be set: %s", strerror(errno));
	return -1;
}

static int attach_list(struct gadget *gadget, struct reason *why)
{
	struct declared list, target;

	if (!gadget_declared(gadget->btf, "gadget_iter_", 3, &list) ||
	    !gadget_declared(gadget->btf, "gadget_mapelem_iter_target_", 2, &target)) {
		reason_put(why, "%s declares no list (GADGET_ITER, GADGET_ITER_TARGET_MAP)",
			   gadget->path);
		return -1;
	}
	const char *type = list.words[1], *by = list.words[2], *of = target.words[1];
	int id = btf__find_by_name_kind(gadget->btf, type, BTF_KIND_STRUCT);
	struct bpf_program *program = bpf_object__find_program_by_name(gadget->object, by);
	struct bpf_map *map = bpf_object__find_map_by_name(gadget->object, of);
	if (id < 0 || !program || !map) {
		reason_put(why, "%s has no %s, no %s or no %s", gadget->path, type, by, of);
		return -1;
	}
	gadget->line = btf__type_by_id(gadget->btf, (uint32_t)id);
	union bpf_iter_link_info info = { .map.map_fd = (uint32_t)bpf_map__fd(map) };
	DECLARE_LIBBPF_OPTS(bpf_iter_attach_opts, opts, .link_info = &info,
			    .link_info_len = sizeof(info));
	gadget->list = bpf_program__attach_iter(program, &opts);
	if (gadget->list)
		return 0;
	reason_put(why, "%s can't be attached: %s", by, strerror(errno));
	return -1;
}

struct gadget *gadget_load(const struct options *options, const struct settings *settings,
			   const struct objects *objects, pid_t pid, struct reason *why)
{
	struct gadget *gadget = calloc(1, sizeof(*gadget));

	if (!gadget)
		return NULL;
	gadget->pid = pid;
	gadget->pidns = settings->pidns;
	gadget->path = options->gadget_path ? options->gadget_path : "the gadget's program";
	libbpf_says(options->verbose);
	if (open_program(gadget, options->gadget_path, why) ||
	    set_parameters(gadget, options, settings, why) || load(gadget, why) ||
	    (settings->by_mntns && filter_by_mntns(gadget, settings->mntns, why)) ||
	    attach_list(gadget, why) || gadget_attach(gadget, objects, options, why) ||
	    gadget_begin(gadget, why)) {
		gadget_free(gadget);
		return NULL;
	}
	struct bpf_map *stacks = bpf_object__find_map_by_name(gadget->object, "ig_ustack");
	gadget->stacks = stacks ? bpf_map__fd(stacks) : -1;
	return gadget;
}

void gadget_free(struct gadget *gadget)
{
	if (!gadget)
		return;
	bpf_link__destroy(gadget->list);
	gadget_detach(gadget);
	bpf_object__close(gadget->object);
	free(gadget);
}
