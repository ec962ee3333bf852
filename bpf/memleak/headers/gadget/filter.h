/* Whom a gadget is about: containers, by their mount namespaces. */
#pragma once

#include <gadget/macros.h>
#include <gadget/mntns.h>

/* As the initial pid namespace numbers it; 0: any. */
const volatile gadget_pid targ_pid = 0;
GADGET_PARAM(targ_pid)

const volatile bool gadget_filter_by_mntns = false;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, gadget_mntns_id);
	__type(value, __u32);
} gadget_mntns_filter_map SEC(".maps");

static __always_inline bool gadget_should_discard_data_current(void)
{
	gadget_mntns_id id = gadget_get_current_mntns_id();

	if (gadget_filter_by_mntns && !bpf_map_lookup_elem(&gadget_mntns_filter_map, &id))
		return true;
	return targ_pid && targ_pid != bpf_get_current_pid_tgid() >> 32;
}
