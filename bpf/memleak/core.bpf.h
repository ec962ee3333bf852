/*
 * The tracer's logic, whatever attaches it: which call hands out or takes back which block, at
 * which call site.
 *
 * - Only the outermost of calls that call one another counts: posix_memalign may call malloc.
 * - A block leaves before its memory does (at the entry of free and realloc) and enters after
 *   (at the return), so that no address is ever two blocks.
 * - realloc that fails gives the block back as it was.
 *
 * Two front ends use it: memleak.bpf.c for our own loader, program.bpf.c for Inspektor Gadget.
 * Before they include this they have kernel types, shared.h, and
 *
 *   LEAST_BYTES, MOST_BYTES   requests of at least, and at most, so much count
 *   SAMPLE                    one byte in so many is drawn; 0: every block is followed
 *   SITES, DEPTH              how many call sites there may be; how many frames tell them apart
 *   state                     what the programs share with user space, and with one another
 *   wanted(tid)               whether the process is one of those asked for
 *   of_interest(tid, bytes)   whether this request is, of such a process
 *   current_mntns()           the mount namespace that we are in
 *   last_thread()             whether no other thread of the process lives
 *   seen_as(tgid)             what the process is called where it will be told
 *   site_made(ctx, number)    a new call site, for what only now can be learnt of it
 *   life_ends(site, number, born_ns, weight)
 *                             a block of that call site goes: counts it among the site's frees
 */
#pragma once

#include "sample.bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1 << 20);
	__type(key, struct block_key);
	__type(value, struct block);
} blocks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, __u32);
} site_of_stack SEC(".maps");

/* Whose a number is: taken once. The instruction set that Inspektor Gadget compiles for has no
 * atomic that says what was there. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, __u64);
} taken SEC(".maps");

/* By some bits of the stack's hash: a guess at the site's number, which the site confirms. */
#define GUESSES 4096
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, GUESSES);
	__type(key, __u32);
	__type(value, __u32);
} guesses SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, struct site);
} sites SEC(".maps");

/* A call that has not returned. */
struct call {
	__u64 sp; /* a call further out than this has gone by another way: an exception, longjmp */
	__u64 bytes;
	__u64 out; /* posix_memalign: where the address goes */
	__u64 old; /* realloc: what it takes back */
	struct block held;
	__u64 caller, fp; /* of a new of an allocator's own */
	__u32 kind;
	__u32 has_held;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, struct call);
} calls SEC(".maps");

/* A call of a function of a library that calls malloc for its caller: C++'s new, strdup, asprintf.
 * Libraries are compiled without frame pointers, so a walk from their malloc leaves that caller
 * out, and may end there. */
struct new_call {
	__u64 at; /* its code */
	__u64 sp;
	__u64 slot; /* the stack at the entry of the outermost of several that call one another */
	__u64 caller;
	__u64 fp;  /* the caller's */
	__u64 far; /* malloc is called by others of the library, on its behalf */
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, struct new_call);
} news SEC(".maps");

static __always_inline bool sized(__u64 bytes)
{
	return bytes >= LEAST_BYTES && bytes <= MOST_BYTES;
}

static __always_inline __u64 mixed(__u64 hash, __u64 value)
{
	hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
	return hash ^ hash >> 29;
}

/* The site of this stack, known or new: whether it was found; `*number` is then its own. */
static __always_inline bool site_known(__u64 hash, int *number)
{
	__u32 slot = hash % GUESSES;
	__u32 *guess = bpf_map_lookup_elem(&guesses, &slot);

	if (guess) {
		__u32 guessed = *guess;
		struct site *site = bpf_map_lookup_elem(&sites, &guessed);
		if (site && site->ready && site->hash == hash) {
			*number = guessed;
			return true;
		}
	}
	__u32 *known = bpf_map_lookup_elem(&site_of_stack, &hash);
	if (!known)
		return false;
	*number = *known;
	if (guess)
		*guess = *known;
	return true;
}

#define TRIES 16

/* Room for one more site, and its number; NULL where there is none. */
static __always_inline struct site *site_new(__u64 hash, __u32 origin, __u32 tgid, __u32 tid,
					     __u32 *number)
{
	struct site *site = NULL;
	__u32 first = *(volatile __u32 *)&state.site_count;

	for (__u32 i = 0; i < TRIES; i++) {
		*number = first + i;
		if (*number >= SITES)
			break;
		if (bpf_map_update_elem(&taken, number, &hash, BPF_NOEXIST))
			continue;
		__sync_fetch_and_add(&state.site_count, 1);
		site = bpf_map_lookup_elem(&sites, number);
		break;
	}
	if (!site) {
		__sync_fetch_and_add(&state.losses.sites, 1);
		return NULL;
	}
	site->tgid = tgid;
	site->pid = seen_as(tgid);
	site->tid = tid;
	site->origin = origin;
	site->fraction_bits = SAMPLE ? FRACTION_BITS : 0;
	site->mntns = current_mntns();
	site->born_ns = bpf_ktime_get_ns();
	bpf_get_current_comm(site->comm, sizeof(site->comm));
	return site;
}

static __always_inline int site_keep(struct site *site, __u64 hash, __u32 number)
{
	int other = -1;

	if (!bpf_map_update_elem(&site_of_stack, &hash, &number, BPF_NOEXIST)) {
		site->hash = hash;
		barrier();
		site->ready = 1;
		return number;
	}
	/* Another CPU was first; the number taken stays empty. */
	if (!site_known(hash, &other))
		__sync_fetch_and_add(&state.losses.sites, 1);
	return other;
}

#include "frames.bpf.h"

/* The call site of a stack that is not known as it is: known without the words in it that are no
 * frames, or new; negative where there is no room for it. */
__attribute__((noinline)) int site_of_new_stack(const struct start *start, __u32 tgid, __u32 tid,
						int *known)
{
	struct stack stack = {};
	__u32 number, count;

	if (!start || !known || stack_of_code(start, &stack))
		return -1;
	__u64 hash = mixed(stack.hash, (__u64)tgid << 2 | FROM_MALLOC);
	*known = site_known(hash, (int *)&number);
	if (*known)
		return number;
	struct site *site = site_new(hash, FROM_MALLOC, tgid, tid, &number);
	if (!site)
		return -1;
	walk_frames(start, stack.count, AS_THEY_ARE, site, &count);
	site->frame_count = count;
	return site_keep(site, hash, number);
}

/* `*fresh`: nobody has come there before. */
static __always_inline int site_of_start(const struct start *start, __u32 tgid, __u32 tid,
					 int *fresh)
{
	__u64 hash = mixed(hash_of_stack(start), (__u64)tgid << 2 | FROM_MALLOC);
	int number = -1, known = 0;

	*fresh = 0;
	if (site_known(hash, &number))
		return number;
	number = site_of_new_stack(start, tgid, tid, &known);
	*fresh = number >= 0 && !known;
	return number;
}

/* How far into itself, and above the stack of the malloc it calls, a function like new can be. */
#define NEAR 512
/* Likewise of one that goes through others of its library first. */
#define FAR (2ull << 20)
#define DEEP 8192

/* What a call left on the stack is still there: it has not returned. On arm64 it may lie anywhere.
 */
static __always_inline bool not_returned(__u64 sp, __u64 caller)
{
#if defined(__TARGET_ARCH_x86)
	__u64 there = 0;

	return !bpf_probe_read_user(&there, sizeof(there), (void *)sp) && there == caller;
#else
	return true;
#endif
}

/* Whether code at `ip` with this stack is part of the call. */
static __always_inline bool within(const struct new_call *call, __u64 ip, __u64 sp)
{
	bool close = call->far ? ip - call->at + FAR < 2 * FAR && call->sp - sp < DEEP
			       : ip - call->at < NEAR && call->sp - sp < NEAR;

	return close && not_returned(call->slot, call->caller);
}

/* Where the walk begins for what returns now: the caller of a function that libraries keep no frame
 * of is known from its entry. */
static __always_inline void start_of_return(bpf_user_pt_regs_t *ctx, __u32 tid, struct start *start)
{
	struct new_call *call = state.news ? bpf_map_lookup_elem(&news, &tid) : NULL;

	start->first = PT_REGS_IP(ctx);
	start->fp = PT_REGS_FP(ctx);
	start->sp = PT_REGS_SP(ctx);
	if (!call || !within(call, start->first, start->sp))
		return;
	start->second = call->caller;
	start->fp = call->fp;
	start->sp = call->slot;
}

/* By itself, so that a program has little on its stack when it tells of a new call site: what
 * Inspektor Gadget looks up there is a tail call, which kernels allow below 256 bytes only. */
__attribute__((noinline)) int site_of_return(bpf_user_pt_regs_t *ctx, __u32 tgid, __u32 tid,
					     int *fresh)
{
	struct start start = {};

	if (!fresh)
		return -1;
	start_of_return(ctx, tid, &start);
	return site_of_start(&start, tgid, tid, fresh);
}

static __always_inline bool return_address(struct pt_regs *ctx, __u64 *address)
{
#if defined(__TARGET_ARCH_x86)
	return !bpf_probe_read_user(address, sizeof(*address), (void *)PT_REGS_SP(ctx));
#else
	*address = UNSIGNED(PT_REGS_RET(ctx));
	return true;
#endif
}

/* new[] may call new, and an aligned new another one: the outermost's caller is the one. */
static __always_inline void new_begin(struct pt_regs *ctx, __u32 kind)
{
	__u32 tid = bpf_get_current_pid_tgid();
	struct new_call call = { .at = PT_REGS_IP(ctx),
				 .sp = PT_REGS_SP(ctx),
				 .slot = PT_REGS_SP(ctx),
				 .fp = PT_REGS_FP(ctx),
				 .far = kind == KIND_COPY_FAR };

	if (!wanted(tid) || !return_address(ctx, &call.caller))
		return;
	struct new_call *outer = bpf_map_lookup_elem(&news, &tid);
	if (outer && within(outer, call.caller, call.sp)) {
		if (outer->far)
			return;
		call.caller = outer->caller;
		call.slot = outer->slot;
		call.fp = outer->fp;
	}
	bpf_map_update_elem(&news, &tid, &call, BPF_ANY);
}

/* `now`: it is handed out then; 0: it was, or is no block. */
static __always_inline void count_in(__u32 number, __u64 bytes, __u64 weight, __u64 now)
{
	struct site *site = bpf_map_lookup_elem(&sites, &number);

	if (!site)
		return;
	if (now)
		site->last_birth_ns = now;
	__sync_fetch_and_add(&site->allocated_bytes, bytes * weight);
	__sync_fetch_and_add(&site->allocs, weight);
}

static __always_inline void count_out(__u32 number, __u64 bytes, __u64 weight)
{
	struct site *site = bpf_map_lookup_elem(&sites, &number);

	if (!site)
		return;
	__sync_fetch_and_add(&site->freed_bytes, bytes * weight);
	__sync_fetch_and_add(&site->frees, weight);
}

/* A call site that has been counted in for a block that could not be kept. */
static __always_inline void count_undo(__u32 number, __u64 bytes, __u64 weight)
{
	struct site *site = bpf_map_lookup_elem(&sites, &number);

	if (!site)
		return;
	__sync_fetch_and_add(&site->allocated_bytes, -(bytes * weight));
	__sync_fetch_and_add(&site->allocs, -weight);
}

/* Takes a block out, which the sums don't know yet; false where there is none at this address.
 * `into` gets what it was. */
static __always_inline bool take(__u64 address, __u32 tgid, struct block *into)
{
	struct block_key key = { .address = address, .tgid = tgid };
	struct block *found = bpf_map_lookup_elem(&blocks, &key);

	if (!found)
		return false;
	struct block was = *found;
	/* Of two at once, one wins. */
	if (bpf_map_delete_elem(&blocks, &key))
		return false;
	*into = was;
	return true;
}

static __always_inline void count_out_block(const struct block *was)
{
	count_out(was->site, was->bytes, weight_of(was->chance));
}

/* It is there after all, or is about to be counted for what became of it. */
static __always_inline void count_out_undo(const struct block *was)
{
	count_out(was->site, was->bytes, -weight_of(was->chance));
}

/* A block that was taken out is no more. */
static __always_inline void life_over(const struct block *was)
{
	struct site *site = bpf_map_lookup_elem(&sites, &was->site);
	__u64 weight = weight_of(was->chance);

	if (!site)
		return;
	__sync_fetch_and_add(&site->freed_bytes, was->bytes * weight);
	life_ends(site, was->site, was->born_ns, weight);
}

/* `now` as of count_in. */
static __always_inline void put(__u64 address, __u32 tgid, const struct block *block, __u64 now)
{
	struct block_key key = { .address = address, .tgid = tgid };

	__u64 weight = weight_of(block->chance);

	count_in(block->site, block->bytes, weight, now);
	long failed = bpf_map_update_elem(&blocks, &key, block, BPF_NOEXIST);
	if (failed == -17 /* EEXIST */) {
		__sync_fetch_and_add(&state.losses.missed, 1);
		struct block was;
		if (take(address, tgid, &was))
			count_out_block(&was);
		failed = bpf_map_update_elem(&blocks, &key, block, BPF_NOEXIST);
	}
	if (failed) {
		__sync_fetch_and_add(&state.losses.blocks, 1);
		count_undo(block->site, block->bytes, weight);
	}
}

/* A block handed out just now at a call site; one that lives on was born earlier (0: now). */
static __always_inline void born_at(int site, __u64 address, __u64 bytes, __u32 chance,
				    __u64 born_ns)
{
	__u64 now = bpf_ktime_get_ns();
	struct block block = {
		.bytes = bytes, .born_ns = born_ns ?: now, .site = site, .chance = chance
	};

	put(address, bpf_get_current_pid_tgid() >> 32, &block, now);
}

/* Likewise to the code we return to. */
static __always_inline void born(struct pt_regs *ctx, __u64 address, __u64 bytes, __u32 chance,
				 __u64 born_ns)
{
	__u64 id = bpf_get_current_pid_tgid();
	int fresh = 0;

	if (!address || state.closed)
		return;
	int site = site_of_return((bpf_user_pt_regs_t *)ctx, id >> 32, (__u32)id, &fresh);
	if (site < 0)
		return;
	if (fresh)
		site_made(ctx, site);
	born_at(site, address, bytes, chance, born_ns);
}

/* Whether we are inside another call that we count; one left by another way is forgotten. */
static __always_inline bool inside(__u32 tid, __u64 sp)
{
	struct call *outer = bpf_map_lookup_elem(&calls, &tid);

	if (!outer)
		return false;
	/* An exception leaves no return behind; what has returned is seen by its place on the
	 * stack. */
	if (sp < outer->sp &&
	    (outer->kind != KIND_OWN_NEW || not_returned(outer->sp, outer->caller)))
		return true;
	bpf_map_delete_elem(&calls, &tid);
	__sync_fetch_and_add(&state.outer_calls, -1);
	return false;
}

static __always_inline bool call_begin(__u32 tid, const struct call *call)
{
	if (bpf_map_update_elem(&calls, &tid, call, BPF_ANY)) {
		__sync_fetch_and_add(&state.losses.calls, 1);
		return false;
	}
	__sync_fetch_and_add(&state.outer_calls, 1);
	return true;
}

static __always_inline void give_back(__u64 address)
{
	__u64 id = bpf_get_current_pid_tgid();

	struct block was;

	if (address && wanted((__u32)id) && take(address, id >> 32, &was))
		life_over(&was);
}

/* A product that does not fit is a request that fails, and no request for nothing. */
static __always_inline __u64 product(__u64 n, __u64 bytes)
{
	if (!bytes)
		return 0;
	__u64 most = ~0ULL / bytes;
	/* clang would make it a multiplication of 128 bits, which BPF has none of. */
	asm volatile("" : "+r"(most));
	return n > most ? ~0ULL : n * bytes;
}

/* reallocarray that has become realloc by a jump: the same return, and the same block that was
 * taken back already. */
static __always_inline bool tail_of(__u32 tid, __u64 sp, __u64 old)
{
	struct call *outer = bpf_map_lookup_elem(&calls, &tid);

	return outer && outer->sp == sp && outer->kind == KIND_REALLOCARRAY && outer->old == old;
}

/* malloc's return, of a request that was drawn. */
static __always_inline void malloc_born(struct pt_regs *ctx, __u64 bytes)
{
	__u64 chance = chance_of(bytes);

	born(ctx, PT_REGS_RC(ctx), bytes, chance == CERTAIN ? 0 : chance, 0);
}

/* The entry of a function that may call malloc. False where its return is of no interest. */
static __always_inline bool outer_enter(struct pt_regs *ctx, __u32 kind)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 tid = id;
	__u64 sp = PT_REGS_SP(ctx);
	struct call call = { .sp = sp, .kind = kind };

	if (!wanted(tid))
		return false;
	if (kind == KIND_REALLOC && tail_of(tid, sp, PT_REGS_PARM1(ctx)))
		return false;
	if (inside(tid, sp))
		return false;
	switch (kind) {
	case KIND_OWN_NEW:
		if (!return_address(ctx, &call.caller))
			return false;
		call.fp = PT_REGS_FP(ctx);
		call.bytes = PT_REGS_PARM1(ctx);
		break;
	case KIND_SIZED:
		call.bytes = PT_REGS_PARM1(ctx);
		break;
	case KIND_CALLOC:
		call.bytes = product(PT_REGS_PARM1(ctx), PT_REGS_PARM2(ctx));
		break;
	case KIND_ALIGNED:
		call.bytes = PT_REGS_PARM2(ctx);
		break;
	case KIND_POSIX:
		call.out = PT_REGS_PARM1(ctx);
		call.bytes = PT_REGS_PARM3(ctx);
		break;
	case KIND_REALLOC:
		call.old = PT_REGS_PARM1(ctx);
		call.bytes = PT_REGS_PARM2(ctx);
		break;
	case KIND_REALLOCARRAY:
		call.old = PT_REGS_PARM1(ctx);
		call.bytes = product(PT_REGS_PARM2(ctx), PT_REGS_PARM3(ctx));
		break;
	}
	if (call.old)
		call.has_held = take(call.old, id >> 32, &call.held);
	if (call.has_held)
		count_out_block(&call.held);
	/* What the filter leaves out has nested calls to leave out, too. */
	return call_begin(tid, &call);
}

/* What a return takes off the stack. */
#if defined(__TARGET_ARCH_x86)
#define RETURN_POPS 8
#else
#define RETURN_POPS 0
#endif

static __always_inline void outer_leave(struct pt_regs *ctx)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 tid = id;
	struct call *found = bpf_map_lookup_elem(&calls, &tid);
	__u64 address = PT_REGS_RC(ctx);

	if (!found)
		return;
	struct call call = *found;
	/* The return of a call that came from inside another one. */
	if (PT_REGS_SP(ctx) < call.sp + RETURN_POPS)
		return;
	bpf_map_delete_elem(&calls, &tid);
	__sync_fetch_and_add(&state.outer_calls, -1);
	if (call.kind == KIND_POSIX) {
		if (address) /* an error number */
			return;
		bpf_probe_read_user(&address, sizeof(address), (void *)call.out);
	}
	if (!address && call.has_held && call.bytes) {
		/* It failed: the old block is what it was. */
		put(call.old, id >> 32, &call.held, 0);
		count_undo(call.held.site, call.held.bytes, weight_of(call.held.chance));
		count_out_undo(&call.held);
		return;
	}
	/* realloc to nothing is free. */
	if (!address && call.has_held) {
		count_out_undo(&call.held);
		life_over(&call.held);
	}
	if (!of_interest(tid, call.bytes))
		return;
	if (!sized(call.bytes))
		return;
	/* A drawn block keeps its lot, and stands for itself from here on: those that were not are
	 * drawn by their new size, and stand for one another. */
	__u32 chance = 0;
	if (call.has_held || drawn(call.bytes, &chance))
		born(ctx, address, call.bytes, chance, call.has_held ? call.held.born_ns : 0);
}

/* malloc's entry: whether its return is of interest. What it was drawn by follows from its bytes.
 */
static __always_inline bool malloc_wanted(struct pt_regs *ctx, __u64 bytes)
{
	__u32 tid = bpf_get_current_pid_tgid(), chance;

	if (!wanted(tid) || !sized(bytes) || !of_interest(tid, bytes))
		return false;
	/* realloc of nothing has become malloc by a jump: that call is forgotten here, before the
	 * draw, or it would be drawn a second time as it returns. */
	if (state.outer_calls != 0 && inside(tid, PT_REGS_SP(ctx)))
		return false;
	return drawn(bytes, &chance);
}

/* An instruction that returns: whether it is that of the allocator's new that we have seen begin,
 * the stack says. */
static __always_inline void own_new_end(struct pt_regs *ctx)
{
	__u32 tid = bpf_get_current_pid_tgid();
	struct call *found = bpf_map_lookup_elem(&calls, &tid);

	if (!found || found->kind != KIND_OWN_NEW || PT_REGS_SP(ctx) != found->sp)
		return;
	struct call call = *found;
	struct start start = { .first = call.caller, .fp = call.fp, .sp = call.sp + RETURN_POPS };
	bpf_map_delete_elem(&calls, &tid);
	__sync_fetch_and_add(&state.outer_calls, -1);
	__u64 address = PT_REGS_RC(ctx);
	__u32 chance;
	int fresh = 0;
	if (!address || state.closed || !of_interest(tid, call.bytes) || !sized(call.bytes) ||
	    !drawn(call.bytes, &chance))
		return;
	int site = site_of_start(&start, bpf_get_current_pid_tgid() >> 32, tid, &fresh);
	if (site < 0)
		return;
	if (fresh)
		site_made(ctx, site);
	born_at(site, address, call.bytes, chance, 0);
}
