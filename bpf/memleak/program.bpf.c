/*
 * The tracer's core as a gadget of Inspektor Gadget, which attaches these programs to each
 * container's libc, reads what they hold by way of the iterator, and adds names: of the container,
 * of the stack's functions. `ig image build` compiles it together with gadget.yaml.
 */
#include <vmlinux.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include <gadget/macros.h>
#include <gadget/types.h>
#include <gadget/filter.h>
#include <gadget/mntns.h>
#include <gadget/user_stack_map.h>

#include "shared.h"

#define MOST_SITES 16384

const volatile __u64 min_size = 0;
GADGET_PARAM(min_size);

const volatile __u32 sample = 0;
GADGET_PARAM(sample);

#define LEAST_BYTES min_size
#define MOST_BYTES (~0ULL)
#define SAMPLE sample
#define SITES MOST_SITES
#define DEPTH MAX_FRAMES

struct shared state = {};

/* What Inspektor Gadget makes function names of, by call site. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MOST_SITES);
	__type(key, __u32);
	__type(value, struct gadget_user_stack);
} stacks SEC(".maps");

static __always_inline __u64 current_mntns(void)
{
	return gadget_get_current_mntns_id();
}

static __always_inline bool last_thread(void)
{
	return BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), signal, live.counter) ==
	       0;
}

static __always_inline __u32 seen_as(__u32 tgid)
{
	return tgid;
}

/* The containers asked for: one libc is that of all containers of an image. */
static __always_inline bool wanted(__u32 tid)
{
	return !gadget_should_discard_data_current();
}

/*
 * Inspektor Gadget attaches these programs one after another, in any order, and a block whose free
 * nobody watched yet would stay in the list for good. It reads no list before all are attached:
 * what is handed out counts from the first reading on, whether or not the process ever frees.
 */
__u32 listed = 0;

static __always_inline bool of_interest(__u32 tid, __u64 bytes)
{
	return listed;
}

static __always_inline void site_made(void *ctx, __u32 number)
{
	struct gadget_user_stack *stack = bpf_map_lookup_elem(&stacks, &number);

	if (stack)
		gadget_get_user_stack((struct pt_regs *)ctx, stack);
}

/* Its list tells of what is outstanding alone. */
static __always_inline void life_ends(struct site *site, __u32 number, __u64 born_ns, __u64 weight)
{
	__sync_fetch_and_add(&site->frees, weight);
}

#include "core.bpf.h"

/* The size that malloc was asked for, until it returns, by thread. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u64);
} asked SEC(".maps");

SEC("uprobe/libc:free")
int free_enter(struct pt_regs *ctx)
{
	give_back(PT_REGS_PARM1(ctx));
	return 0;
}

/* The entry and the return of a function that may call malloc. */
#define OUTER(function, kind)                                                                      \
	SEC("uprobe/libc:" #function)                                                              \
	int function##_enter(struct pt_regs *ctx)                                                  \
	{                                                                                          \
		outer_enter(ctx, kind);                                                            \
		return 0;                                                                          \
	}                                                                                          \
	SEC("uretprobe/libc:" #function)                                                           \
	int function##_leave(struct pt_regs *ctx)                                                  \
	{                                                                                          \
		outer_leave(ctx);                                                                  \
		return 0;                                                                          \
	}

OUTER(realloc, KIND_REALLOC)
OUTER(reallocarray, KIND_REALLOCARRAY)
OUTER(calloc, KIND_CALLOC)
OUTER(posix_memalign, KIND_POSIX)
OUTER(aligned_alloc, KIND_ALIGNED)
OUTER(memalign, KIND_ALIGNED)
OUTER(valloc, KIND_SIZED)
OUTER(pvalloc, KIND_SIZED)

SEC("uprobe/libc:malloc")
int malloc_enter(struct pt_regs *ctx)
{
	__u32 tid = bpf_get_current_pid_tgid();
	__u64 bytes = PT_REGS_PARM1(ctx);

	if (malloc_wanted(ctx, bytes) && bpf_map_update_elem(&asked, &tid, &bytes, BPF_ANY))
		__sync_fetch_and_add(&state.losses.calls, 1);
	return 0;
}

SEC("uretprobe/libc:malloc")
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

/* Nobody in user space tidies up behind a process, so what it held is taken out here. */
struct ended {
	__u32 tgid;
	__u32 held;
};

static long end_site(struct bpf_map *map, __u32 *number, struct site *site, struct ended *ended)
{
	if (*number >= state.site_count)
		return 1;
	if (site->tgid == ended->tgid && site->allocs != site->frees) {
		site->frees = site->allocs;
		site->freed_bytes = site->allocated_bytes;
		ended->held = 1;
	}
	return 0;
}

static long end_block(struct bpf_map *map, struct block_key *key, struct block *block,
		      struct ended *ended)
{
	if (key->tgid == ended->tgid)
		bpf_map_delete_elem(map, key);
	return 0;
}

static __always_inline void end_process(__u32 tgid)
{
	struct ended ended = { .tgid = tgid };

	bpf_for_each_map_elem(&sites, end_site, &ended, 0);
	if (ended.held)
		bpf_for_each_map_elem(&blocks, end_block, &ended, 0);
}

SEC("raw_tp/sched_process_exec")
int on_exec(void *ctx)
{
	if (wanted(0))
		end_process(bpf_get_current_pid_tgid() >> 32);
	return 0;
}

SEC("raw_tp/sched_process_exit")
int on_exit(void *ctx)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 tid = id;

	if (!wanted(tid))
		return 0;
	if (bpf_map_delete_elem(&calls, &tid) == 0)
		__sync_fetch_and_add(&state.outer_calls, -1);
	bpf_map_delete_elem(&asked, &tid);
	if (last_thread())
		end_process(id >> 32);
	return 0;
}

/* A line of the list: a call site that holds memory. gadget.yaml describes its fields. */
struct outstanding {
	gadget_timestamp timestamp_raw;
	gadget_mntns_id mntns_id;
	gadget_comm comm[TASK_COMM_LEN];
	gadget_pid pid;
	__u32 stack_id;
	__u64 outstanding_bytes;
	__u64 outstanding_count;
	__u64 allocated_bytes;
	__u64 freed_bytes;
	__u64 allocs;
	__u64 frees;
	__u64 lost;
	struct gadget_user_stack ustack;
};

GADGET_ITER(memleak, outstanding, list_sites);
GADGET_ITER_TARGET_MAP(list_sites, sites);

/* Reading takes nothing out: each fetch has the whole state. */
SEC("iter/bpf_map_elem")
int list_sites(struct bpf_iter__bpf_map_elem *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	__u32 *key = ctx->key;
	struct site *site = ctx->value;
	struct outstanding line;

	listed = 1;
	if (!key || !site || !site->ready)
		return 0;
	/* Padding, too, has to be something before it may leave the kernel. */
	__builtin_memset(&line, 0, sizeof(line));
	/* What is freed was handed out before: in this order, no difference is negative. */
	line.frees = *(volatile __u64 *)&site->frees;
	line.freed_bytes = *(volatile __u64 *)&site->freed_bytes;
	line.allocs = *(volatile __u64 *)&site->allocs;
	line.allocated_bytes = *(volatile __u64 *)&site->allocated_bytes;
	if (line.allocs <= line.frees || line.allocated_bytes < line.freed_bytes)
		return 0;
	/* Of a sample, sums are those of all blocks, in parts of a whole one. */
	__u32 bits = SAMPLE ? FRACTION_BITS : 0;
	line.frees >>= bits;
	line.freed_bytes >>= bits;
	line.allocs >>= bits;
	line.allocated_bytes >>= bits;
	line.outstanding_count = line.allocs - line.frees;
	line.outstanding_bytes = line.allocated_bytes - line.freed_bytes;
	line.timestamp_raw = bpf_ktime_get_boot_ns();
	line.mntns_id = site->mntns;
	line.pid = site->pid;
	__builtin_memcpy(line.comm, site->comm, sizeof(line.comm));
	line.lost = state.losses.blocks + state.losses.sites + state.losses.stacks +
		    state.losses.calls + state.losses.missed;
	__u32 number = *key;
	struct gadget_user_stack *stack = bpf_map_lookup_elem(&stacks, &number);
	/* Its stack is told in a moment. */
	if (collect_ustack && stack && !stack->boot_timestamp)
		return 0;
	if (stack) {
		line.ustack = *stack;
		line.stack_id = stack->stack_id;
	}
	bpf_seq_write(seq, &line, sizeof(line));
	return 0;
}
