/* What the parts of the tracer share, and nobody else. */
#pragma once

#include "ground/links.h"
#include "tracer/tracer.h"

/* Later than the headers of some distributions we build on. */
enum { TRACE_UPROBE_MULTI = 48, TRACE_UPROBE_SESSION = 57, MULTI_RETURN = 1 };

/* bpf(BPF_LINK_CREATE) for probes on many functions of a file at once. */
struct multi_attr {
	uint32_t prog_fd, target_fd, attach_type, flags;
	uint64_t path, offsets, ref_ctr_offsets, cookies;
	uint32_t count, multi_flags, pid, pad;
};
/* The link's descriptor; -1 with errno. */
int multi_link(const struct multi_attr *attr);

/* Probes that are taken off together. */
struct probes {
	int multi[MAX_LINKS];
	int multi_count;
	struct bpf_link *perf[MAX_LINKS];
	int perf_count;
};

struct tracer {
	struct bpf_object *object;
	struct shared *state;
	struct site *sites;
	struct lives *lives;
	size_t sites_bytes, lives_bytes;
	uint32_t site_room;
	enum attach_mode mode;
	bool empty;
	struct probes on_malloc, on_others;
	struct bpf_link *processes[2]; /* what becomes another program, and what ends */
	struct bpf_link *growth[3];
	struct bpf_link *threads; /* what goes through them */
	int fault_fds[MAX_CPUS];
	int fault_count;
	int log; /* the kernel's; below 0: it can't be read */
	struct ring_buffer *ring;
	event_fn *each;
	void *with;
};

struct bpf_program *program_of_tracer(const struct tracer *tracer, const char *name);
/* A map's descriptor, by its name. */
int map_of_tracer(const struct tracer *tracer, const char *name);
/* Tells of processes from here on, whatever else is attached. */
void watch_processes(struct tracer *tracer);
