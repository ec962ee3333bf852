/*
 * The loader's programs: every way to attach the core, and what progressive tracing watches before
 * any probe. Compiled twice, since libbpf looks for what sessions need in every kernel module where
 * the kernel has none, and that takes CAP_SYS_ADMIN.
 */
#include "filters.bpf.h"

static __always_inline void life_ends(struct site *site, __u32 number, __u64 born_ns, __u64 weight);

#include "core.bpf.h"
#include "lives.bpf.h"
#include "growth.bpf.h"
#include "threads.bpf.h"

#ifdef SESSIONS

/* Kernels from 6.13: entry and return are one probe, whose entry says whether it has a return. */
extern __u64 *bpf_session_cookie(void) __ksym __weak;
extern bool bpf_session_is_return(void) __ksym __weak;

SEC("uprobe")
int malloc_session(struct pt_regs *ctx)
{
	__u64 *bytes = bpf_session_cookie();

	if (bpf_session_is_return()) {
		malloc_born(ctx, *bytes);
		return 0;
	}
	*bytes = PT_REGS_PARM1(ctx);
	return malloc_wanted(ctx, *bytes) ? 0 : 1;
}

SEC("uprobe")
int outer_session(struct pt_regs *ctx)
{
	if (bpf_session_is_return()) {
		outer_leave(ctx);
		return 0;
	}
	return outer_enter(ctx, (__u32)bpf_get_attach_cookie(ctx)) ? 0 : 1;
}

SEC("uprobe")
int empty_session(struct pt_regs *ctx)
{
	return 0;
}

#else

/* Older kernels: the entry leaves a note for the return, by thread. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u64);
} asked SEC(".maps");

SEC("uprobe")
int malloc_enter(struct pt_regs *ctx)
{
	__u32 tid = bpf_get_current_pid_tgid();
	__u64 bytes = PT_REGS_PARM1(ctx);

	if (!malloc_wanted(ctx, bytes))
		return 0;
	if (bpf_map_update_elem(&asked, &tid, &bytes, BPF_ANY))
		__sync_fetch_and_add(&state.losses.calls, 1);
	return 0;
}

SEC("uretprobe")
int malloc_leave(struct pt_regs *ctx)
{
	__u32 tid = bpf_get_current_pid_tgid();
	__u64 *found = bpf_map_lookup_elem(&asked, &tid);

	if (!found)
		return 0;
	__u64 bytes = *found;
	bpf_map_delete_elem(&asked, &tid);
	malloc_born(ctx, bytes);
	return 0;
}

SEC("uprobe")
int outer_enter_note(struct pt_regs *ctx)
{
	outer_enter(ctx, (__u32)bpf_get_attach_cookie(ctx));
	return 0;
}

SEC("uretprobe")
int outer_leave_note(struct pt_regs *ctx)
{
	outer_leave(ctx);
	return 0;
}

SEC("uretprobe")
int empty_leave(struct pt_regs *ctx)
{
	return 0;
}

#endif

SEC("uprobe")
int free_enter(struct pt_regs *ctx)
{
	give_back(PT_REGS_PARM1(ctx));
	return 0;
}

SEC("uprobe")
int new_enter(struct pt_regs *ctx)
{
	new_begin(ctx, (__u32)bpf_get_attach_cookie(ctx));
	return 0;
}

SEC("uprobe")
int own_new_enter(struct pt_regs *ctx)
{
	outer_enter(ctx, KIND_OWN_NEW);
	return 0;
}

SEC("uprobe")
int own_new_leave(struct pt_regs *ctx)
{
	own_new_end(ctx);
	return 0;
}

/* The same points with nothing behind them: what any tracer pays at least. */
SEC("uprobe")
int empty_enter(struct pt_regs *ctx)
{
	return 0;
}

SEC("raw_tp/sched_process_exec")
int on_exec(void *ctx)
{
	if (wanted_process())
		tell(EVENT_EXEC);
	return 0;
}

SEC("raw_tp/sched_process_exit")
int on_exit(void *ctx)
{
	__u32 tid = bpf_get_current_pid_tgid();

	if (!wanted_process())
		return 0;
	if (bpf_map_delete_elem(&calls, &tid) == 0)
		__sync_fetch_and_add(&state.outer_calls, -1);
	bpf_map_delete_elem(&news, &tid);
#ifndef SESSIONS
	bpf_map_delete_elem(&asked, &tid);
#endif
	if (last_thread())
		tell(EVENT_EXIT);
	return 0;
}

/* Run once by the loader, in itself. */
SEC("raw_tp")
int learn_own(void *ctx)
{
	state.own_tgid = bpf_get_current_pid_tgid() >> 32;
	return 0;
}
