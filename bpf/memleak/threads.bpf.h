/*
 * What the registers of a process's threads hold, while none of them is stopped: as the kernel
 * saved them when the thread last came into it. That is now for one that waits, and a moment ago
 * for one that runs.
 */
#pragma once

#include "filters.bpf.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct seq_file;
struct bpf_iter_meta {
	struct seq_file *seq;
};
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

#pragma clang attribute pop

#if defined(__TARGET_ARCH_arm64)
#define SAVED_BYTES sizeof(struct user_pt_regs)
#else
#define SAVED_BYTES sizeof(struct pt_regs)
#endif
_Static_assert(SAVED_BYTES <= sizeof(((struct thread_registers *)0)->words), "no room for them");

SEC("iter/task")
int on_thread(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct thread_registers out = {};

	if (!task || task->tgid != (int)state.registers_of)
		return 0;
	out.tid = seen_by_us(BPF_CORE_READ(task, thread_pid));
	out.count = SAVED_BYTES / sizeof(out.words[0]);
	if (bpf_probe_read_kernel(out.words, SAVED_BYTES, (void *)bpf_task_pt_regs(task)))
		return 0;
	bpf_seq_write(ctx->meta->seq, &out, sizeof(out));
	return 0;
}
