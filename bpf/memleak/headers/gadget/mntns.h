#pragma once

#include <gadget/types.h>

static __always_inline gadget_mntns_id gadget_get_current_mntns_id(void)
{
	return BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), nsproxy, mnt_ns,
			     ns.inum);
}
