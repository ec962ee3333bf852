/*
 * What the loader asks for, and whom: the front end's part of the core, for memleak.bpf.c. One pid
 * needs no test here: its probes are in no other process.
 */
#pragma once

#include "kernel.h"
#include "shared.h"

const volatile struct settings settings SEC(".rodata.settings") = {};

#define LEAST_BYTES settings.min_bytes
#define MOST_BYTES settings.max_bytes
#define SAMPLE settings.sample
#define SITES settings.max_sites
#define DEPTH settings.depth

struct shared state SEC(".bss.state") = {};

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} cgroups SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} hits SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 65536);
} events SEC(".maps");

/* Its number in the tracer's own pid namespace; 0: it can't be seen there. */
static __always_inline __u32 seen_by_us(struct pid *pid)
{
	__u32 level = BPF_CORE_READ(pid, level);
	void *numbers = (void *)pid + bpf_core_field_offset(struct pid, numbers);

	for (__u32 i = 0; i < 16; i++) {
		if (i > level)
			break;
		struct upid *of = numbers + i * bpf_core_type_size(struct upid);
		struct pid_namespace *ns = BPF_CORE_READ(of, ns);
		if (BPF_CORE_READ(ns, ns.inum) == settings.pidns)
			return BPF_CORE_READ(of, nr);
	}
	return 0;
}

static __always_inline __u32 pid_as_seen(void)
{
	struct task_struct *leader =
		BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), group_leader);

	return seen_by_us(BPF_CORE_READ(leader, thread_pid));
}

static __always_inline bool last_thread(void)
{
	return BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), signal, live.counter) ==
	       0;
}

static __always_inline __u32 seen_as(__u32 tgid)
{
	return pid_as_seen();
}

static __always_inline __u32 current_mntns(void)
{
	return BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), nsproxy, mnt_ns,
			     ns.inum);
}

/* In the cgroup (of version 1, whose hierarchies helpers don't know) or below it. */
static __always_inline bool in_cgroup_v1(void)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct css_set *set = BPF_CORE_READ(task, cgroups);
	__u32 which = bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id);
	void *at = (void *)set + bpf_core_field_offset(struct css_set, subsys) +
		   which * sizeof(void *);
	struct cgroup_subsys_state *css = NULL;

	bpf_probe_read_kernel(&css, sizeof(css), at);
	for (int i = 0; i < 12 && css; i++) {
		if (BPF_CORE_READ(css, cgroup, kn, id) == settings.cgroup)
			return true;
		css = BPF_CORE_READ(css, parent);
	}
	return false;
}

/* What the filters say of the process; without any they let everybody in. */
static __always_inline bool chosen(void)
{
	if (!settings.by_mntns && !settings.by_cgroup)
		return true;
	if (settings.by_mntns && current_mntns() != settings.mntns)
		return false;
	if (settings.by_cgroup == BY_CGROUP2 && bpf_current_task_under_cgroup(&cgroups, 0) != 1)
		return false;
	if (settings.by_cgroup == BY_CGROUP1 && !in_cgroup_v1())
		return false;
	return bpf_get_current_pid_tgid() >> 32 != state.own_tgid;
}

/* Whether it is one of those asked for. One pid needs no test: its probes are nowhere else. */
static __always_inline bool wanted(__u32 tid)
{
	if (settings.count_hits) {
		__u32 zero = 0;
		__u64 *hit = bpf_map_lookup_elem(&hits, &zero);
		if (hit)
			*hit += 1;
	}
	return chosen();
}

/* What progressive tracing has narrowed to. */
static __always_inline bool of_interest(__u32 tid, __u64 bytes)
{
	if (state.only_tid && tid != state.only_tid)
		return false;
	return bytes >= state.narrow_min && (!state.narrow_max || bytes <= state.narrow_max);
}

/* False where there is no room for it. */
static __always_inline bool put_event(__u32 type)
{
	__u64 id = bpf_get_current_pid_tgid();
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event)
		return false;
	event->type = type;
	event->tgid = id >> 32;
	event->pid = pid_as_seen();
	event->pad = 0;
	event->at_ns = bpf_ktime_get_ns();
	bpf_ringbuf_submit(event, 0);
	return true;
}

/* A process's last thread ends, or it becomes another program: its blocks are no more. What is not
 * told is not tidied up: the list is not exact. */
static __always_inline void tell(__u32 type)
{
	if (!put_event(type))
		__sync_fetch_and_add(&state.losses.calls, 1);
}

/* What its process has mapped now may be gone when a list is told. */
static __always_inline void site_made(void *ctx, __u32 number)
{
	put_event(EVENT_SITE);
}
