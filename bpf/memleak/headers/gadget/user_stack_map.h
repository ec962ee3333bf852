/* Stacks by number, and what tells whose they are. */
#pragma once

#include <gadget/macros.h>
#include <gadget/types.h>

const volatile bool collect_ustack = false;
GADGET_PARAM(collect_ustack)

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 10000);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, 127 * sizeof(__u64));
} ig_ustack SEC(".maps");

/* There, too, a tail call ends it: whoever calls this may use 256 bytes of stack before. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} otel_tc_kprobe SEC(".maps");

const volatile bool collect_otel_stack = false;

static __attribute__((noinline)) int otel_stack(void *ctx)
{
	bpf_tail_call(ctx, &otel_tc_kprobe, 0);
	return 0;
}

static __always_inline void gadget_get_user_stack(struct pt_regs *ctx,
						  struct gadget_user_stack *stack)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	struct upid *number = (void *)pid + bpf_core_field_offset(struct pid, numbers);

	if (!collect_ustack)
		return;
	stack->stack_id = bpf_get_stackid(ctx, &ig_ustack, BPF_F_FAST_STACK_CMP | BPF_F_USER_STACK);
	stack->boot_timestamp = bpf_ktime_get_boot_ns();
	stack->tgid_level0 = BPF_CORE_READ(task, tgid);
	stack->pid_level0 = BPF_CORE_READ(number, nr);
	stack->pidns_level0 = BPF_CORE_READ(number, ns, ns.inum);
	if (BPF_CORE_READ(pid, level) >= 1) {
		number = (void *)number + bpf_core_type_size(struct upid);
		stack->pid_level1 = BPF_CORE_READ(number, nr);
		stack->pidns_level1 = BPF_CORE_READ(number, ns, ns.inum);
	}
	if (collect_otel_stack)
		otel_stack(ctx);
}
