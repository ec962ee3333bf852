/*
 * What costs nothing per malloc: first touches of pages (user page faults) by stack, and regions
 * that mmap hands out and munmap takes back. A region is named by the stack that first touches it:
 * libc's own frames say nothing of the caller.
 */
#pragma once

/* What the kernel numbers them, on this architecture. */
#if defined(__TARGET_ARCH_x86)
#define NR_MMAP 9
#define NR_MUNMAP 11
#define NR_BRK 12
#define NR_MREMAP 25
#define REGS_NR(regs) PT_REG(regs, orig_rax)
#define OR_32(regs, wide, narrow)                                                                  \
	(state.target_is_32bit ? PT_REG(regs, narrow) : PT_REG(regs, wide))
#define PT_REG(regs, name)                                                                         \
	({                                                                                         \
		__u64 value_ = 0;                                                                  \
		bpf_probe_read_kernel(&value_, sizeof(value_), &((struct pt_regs *)(regs))->name); \
		value_;                                                                            \
	})
#define REGS_FIRST(regs) OR_32(regs, rdi, rbx)
#define REGS_SECOND(regs) OR_32(regs, rsi, rcx)
#define REGS_THIRD(regs) PT_REG(regs, rdx)
#elif defined(__TARGET_ARCH_arm64)
#define NR_MMAP 222
#define NR_MUNMAP 215
#define NR_BRK 214
#define NR_MREMAP 216
/* struct user_pt_regs, then orig_x0 and syscallno. */
#define USER_REGS(regs) ((struct user_pt_regs *)(regs))
#define PT_REG(regs, n)                                                                            \
	({                                                                                         \
		__u64 value_ = 0;                                                                  \
		bpf_probe_read_kernel(&value_, sizeof(value_), &USER_REGS(regs)->regs[n]);         \
		value_;                                                                            \
	})
#define REGS_NR(regs) PT_REG(regs, 8)
#define REGS_FIRST(regs)                                                                           \
	({                                                                                         \
		__u64 value_ = 0;                                                                  \
		bpf_probe_read_kernel(&value_, sizeof(value_), USER_REGS(regs) + 1);               \
		value_;                                                                            \
	})
#define REGS_SECOND(regs) PT_REG(regs, 1)
#define REGS_THIRD(regs) PT_REG(regs, 2)
#endif

/* Programs of 32 bits number them otherwise, both architectures' alike. */
static __always_inline __u64 number_of(__u64 nr)
{
	if (!state.target_is_32bit)
		return nr;
	switch (nr) {
	case 192:
		return NR_MMAP;
	case 91:
		return NR_MUNMAP;
	case 45:
		return NR_BRK;
	case 163:
		return NR_MREMAP;
	}
	return ~0ULL;
}

struct walk {
	__u32 busy;
	__u32 pad;
	__u64 frames[MAX_FRAMES];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_CPUS *SLOTS);
	__type(key, __u32);
	__type(value, struct walk);
} walks SEC(".maps");

static __always_inline struct walk *walk_begin(__u32 *at)
{
	__u32 first = (bpf_get_smp_processor_id() % MAX_CPUS) * SLOTS;

	for (__u32 i = 0; i < SLOTS; i++) {
		__u32 slot = first + i;
		struct walk *walk = bpf_map_lookup_elem(&walks, &slot);
		if (walk && __sync_val_compare_and_swap(&walk->busy, 0, 1) == 0) {
			*at = slot;
			return walk;
		}
	}
	return NULL;
}

static __always_inline void walk_end(struct walk *walk)
{
	__sync_val_compare_and_swap(&walk->busy, 1, 0);
}

/* By themselves for the verifier, and by the walk's place for that: it would go through their loops
 * on every program's every path. */
__attribute__((noinline)) __u64 hash_of_walk(__u32 slot, __u32 count, __u64 hash)
{
	struct walk *walk = bpf_map_lookup_elem(&walks, &slot);

	for (__u32 i = 0; walk && i < MAX_FRAMES; i++) {
		if (i >= count)
			break;
		hash = mixed(hash, walk->frames[i]);
	}
	return hash;
}

/* How many there are before a word that is no frame. */
__attribute__((noinline)) __u32 code_in_walk(__u32 slot, __u32 count)
{
	struct walk *walk = bpf_map_lookup_elem(&walks, &slot);
	__u32 i = 1;

	for (; walk && i < MAX_FRAMES; i++)
		if (i >= count || !is_returned_to(walk->frames[i]))
			break;
	return count ? i : 0;
}

/*
 * The number of the call site whose stack we are in; negative where there is no room for it.
 * `caller` is a frame that the walk leaves out, above the innermost; 0: none.
 */
static __always_inline int site_here(void *ctx, __u32 origin, __u32 tgid, __u32 tid, __u64 caller)
{
	__u32 slot = 0;
	struct walk *walk = walk_begin(&slot);
	__u64 begun = ((__u64)tgid << 2 | origin) * 0x9E3779B97F4A7C15ULL;
	__u32 count = 0, fresh;
	int number = -1;

	if (!walk) {
		__sync_fetch_and_add(&state.losses.stacks, 1);
		return -1;
	}
	__u32 room = DEPTH * sizeof(__u64);
	if (room > MAX_FRAMES * sizeof(__u64))
		room = MAX_FRAMES * sizeof(__u64);
	long got = bpf_get_stack(ctx, walk->frames, room, BPF_F_USER_STACK);
	if (got > 0)
		count = (__u32)got / sizeof(__u64);
	else
		__sync_fetch_and_add(&state.losses.stacks, 1);
	if (count > 1 && caller == walk->frames[1])
		caller = 0;
	begun ^= caller;
	__u64 hash = hash_of_walk(slot, count, begun);
	if (!site_known(hash, &number)) {
		count = code_in_walk(slot, count);
		hash = hash_of_walk(slot, count, begun);
		struct site *site = site_known(hash, &number)
					    ? NULL
					    : site_new(hash, origin, tgid, tid, &fresh);
		if (site) {
			site->frame_count = count;
			site->caller = caller;
			bpf_probe_read_kernel(site->frames, MAX_FRAMES * sizeof(__u64),
					      walk->frames);
			number = site_keep(site, hash, fresh);
			if (number >= 0)
				site_made(ctx, number);
		}
	}
	walk_end(walk);
	return number;
}

/* A thread's newest region, until it is touched. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, struct block_key);
} untouched SEC(".maps");

/* Regions: a block's key and value, with a site of their own origin. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1 << 18);
	__type(key, struct block_key);
	__type(value, struct block);
} regions SEC(".maps");

#define NO_SITE 0xffffffffu

/* The same question as wanted(), where no probe has asked it before: these see every process. */
static __always_inline bool wanted_process(void)
{
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;

	if (settings.pid) {
		if (state.target_tgid)
			return state.target_tgid == tgid;
		if (pid_as_seen() != settings.pid)
			return false;
		state.target_tgid = tgid;
		return true;
	}
	return chosen();
}

/*
 * Where a function without a frame of its own (memset, as libc has it) was called from: what it
 * returns to lies where the stack pointer points, or in the link register. Of anything else that
 * lies there we can't know, so: only what a call returns to.
 */
static __always_inline __u64 leaf_caller(void *regs)
{
	__u64 candidate = 0;

#if defined(__TARGET_ARCH_x86)
	if (bpf_probe_read_user(&candidate, sizeof(candidate), (void *)PT_REG(regs, rsp)))
		return 0;
#else
	candidate = UNSIGNED(PT_REG(regs, 30));
#endif
	return candidate >= 4096 && is_returned_to(candidate) ? candidate : 0;
}

static __always_inline void fault_at(void *ctx, __u64 address, __u64 caller)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 tid = id, tgid = id >> 32;

	__sync_fetch_and_add(&state.growth.faults, 1);
	int number = site_here(ctx, FROM_FAULT, tgid, tid, caller);
	if (number >= 0) {
		__u32 at = number;
		struct site *site = bpf_map_lookup_elem(&sites, &at);
		/* More than one thread comes here. */
		if (site && site->tid != tid)
			site->tid = 0;
		count_in(number, settings.page_bytes, 1, 0);
	}
	struct block_key *newest = bpf_map_lookup_elem(&untouched, &tid);
	if (!newest)
		return;
	struct block_key key = *newest;
	struct block *region = bpf_map_lookup_elem(&regions, &key);
	if (!region) {
		bpf_map_delete_elem(&untouched, &tid);
		return;
	}
	/* The first page of a larger region is touched by malloc, which writes a header there. */
	__u64 first = region->bytes > settings.page_bytes ? settings.page_bytes : 0;
	if (address < key.address + first || address >= key.address + region->bytes)
		return;
	number = site_here(ctx, FROM_MAPPING, tgid, tid, caller);
	if (number < 0)
		return;
	region->site = number;
	count_in(number, region->bytes, 1, region->born_ns);
	bpf_map_delete_elem(&untouched, &tid);
}

SEC("raw_tp/page_fault_user")
int on_fault(struct bpf_raw_tracepoint_args *ctx)
{
	if (wanted_process())
		fault_at(ctx, ctx->args[0], leaf_caller((void *)ctx->args[1]));
	return 0;
}

/* Where the architecture has no such tracepoint: the kernel's software event, on each CPU. */
SEC("perf_event")
int on_fault_event(struct bpf_perf_event_data *ctx)
{
	if (wanted_process())
		fault_at(ctx, ctx->addr, 0);
	return 0;
}

static __always_inline void region_gone(struct block_key *key)
{
	struct block *region = bpf_map_lookup_elem(&regions, key);

	if (!region)
		return;
	struct block was = *region;
	if (bpf_map_delete_elem(&regions, key) || was.site == NO_SITE)
		return;
	life_over(&was);
}

/* mremap: the same region, of another size, or elsewhere; false where it is none of those. */
static __always_inline bool region_moved(struct block_key *from, struct block_key *to, __u64 bytes)
{
	struct block *region = bpf_map_lookup_elem(&regions, from);

	if (!region)
		return false;
	struct block moved = *region;
	if (moved.site != NO_SITE) {
		count_out(moved.site, moved.bytes, 1);
		count_in(moved.site, bytes, 1, bpf_ktime_get_ns());
	}
	moved.bytes = bytes;
	bpf_map_delete_elem(&regions, from);
	if (bpf_map_update_elem(&regions, to, &moved, BPF_ANY))
		__sync_fetch_and_add(&state.losses.blocks, 1);
	return true;
}

/* munmap takes effect after its entry: out first, as with free. */
SEC("raw_tp/sys_enter")
int on_sys_enter(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 nr = number_of(ctx->args[1]);

	if (nr != NR_MUNMAP || !wanted_process())
		return 0;
	void *regs = (void *)ctx->args[0];
	struct block_key key = { .address = REGS_FIRST(regs),
				 .tgid = bpf_get_current_pid_tgid() >> 32 };
	__sync_fetch_and_add(&state.growth.munmaps, 1);
	__sync_fetch_and_add(&state.growth.unmapped, REGS_SECOND(regs));
	region_gone(&key);
	return 0;
}

SEC("raw_tp/sys_exit")
int on_sys_exit(struct bpf_raw_tracepoint_args *ctx)
{
	void *regs = (void *)ctx->args[0];
	__u64 ret = ctx->args[1];
	__u64 nr = number_of(REGS_NR(regs));

	if (nr != NR_MMAP && nr != NR_BRK && nr != NR_MREMAP)
		return 0;
	if (!wanted_process())
		return 0;
	if (nr == NR_BRK) {
		__sync_fetch_and_add(&state.growth.brk_calls, 1);
		state.growth.brk = ret;
		return 0;
	}
	/* An error number is what no address is. */
	if (ret > -4096ULL)
		return 0;
	__u64 id = bpf_get_current_pid_tgid();
	__u32 tid = id;
	__u64 bytes = nr == NR_MREMAP ? REGS_THIRD(regs) : REGS_SECOND(regs);
	if (nr == NR_MMAP) {
		/* What can't be written is a reservation or a file, no allocation. */
		if (!(REGS_THIRD(regs) & 2))
			return 0;
		__sync_fetch_and_add(&state.growth.mmaps, 1);
		__sync_fetch_and_add(&state.growth.mapped, bytes);
	}
	if (!sized(bytes))
		return 0;
	struct block_key key = { .address = ret, .tgid = id >> 32 };
	struct block region = { .bytes = bytes, .born_ns = bpf_ktime_get_ns(), .site = NO_SITE };
	if (nr == NR_MREMAP) {
		struct block_key from = { .address = REGS_FIRST(regs), .tgid = key.tgid };
		if (region_moved(&from, &key, bytes))
			return 0;
	}
	region_gone(&key);
	if (bpf_map_update_elem(&regions, &key, &region, BPF_ANY)) {
		__sync_fetch_and_add(&state.losses.blocks, 1);
		return 0;
	}
	bpf_map_update_elem(&untouched, &tid, &key, BPF_ANY);
	return 0;
}
