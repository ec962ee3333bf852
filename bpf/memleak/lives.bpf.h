/* How long blocks have lived when they go: the loader's part of the core. */
#pragma once

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, struct lives);
} lives SEC(".maps");

/* Of several CPUs at once, each with a longer life than all before. */
#define TURNS 8

/* By themselves for the verifier, and out of the way of what is brief. */
__attribute__((noinline)) int life_counted(__u32 number, __u64 ns, __u64 weight)
{
	struct lives *of = bpf_map_lookup_elem(&lives, &number);
	__u64 bin = life_bin(ns);

	/* clang knows the bound, and the verifier does not. */
	asm volatile("" : "+r"(bin));
	if (of && bin < LIFE_BINS)
		__sync_fetch_and_add(&of->ended[bin], weight);
	return 0;
}

__attribute__((noinline)) int life_longest(__u32 number, __u64 ns)
{
	struct site *site = bpf_map_lookup_elem(&sites, &number);

	for (__u32 i = 0; site && i < TURNS; i++) {
		__u64 longest = site->longest_ns;
		if (ns <= longest ||
		    __sync_val_compare_and_swap(&site->longest_ns, longest, ns) == longest)
			break;
	}
	return 0;
}

static __always_inline void life_ends(struct site *site, __u32 number, __u64 born_ns, __u64 weight)
{
	__u64 ns = bpf_ktime_get_ns() - born_ns;

	if (ns >> FIRST_OCTAVE) {
		__sync_fetch_and_add(&site->frees, weight);
		life_counted(number, ns, weight);
	} else {
		__sync_fetch_and_add(&site->brief, weight);
	}
	if (ns > site->longest_ns)
		life_longest(number, ns);
}
