/* What the loader's parts share. Sizes in bytes, times in ns of CLOCK_MONOTONIC unless a name says
 * otherwise. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "shared.h"

#define VERSION "0.1.0"
#define SCHEMA 1

/* Exit codes: as asked; a fault of ours; wrong usage; this machine can't. */
enum { DONE = 0, FAULT = 3, USAGE = 2, CANNOT = 4 };

/*
 * How probes are put on: entry and return as one (from Linux 6.13); all functions of a file with
 * one link, entries and returns apart (from 6.10); one by one, as perf events.
 */
enum attach_mode { ATTACH_AUTO, ATTACH_SESSION, ATTACH_MULTI, ATTACH_PERF };

struct options {
	pid_t pid;
	const char *mntns;
	const char *cgroup;
	const char *gadget_path; /* NULL: the one that is built in */
	double interval_s;
	double duration_s;
	double older_than_s;
	uint64_t min_bytes, max_bytes;
	uint32_t sample;
	uint32_t top;
	uint32_t depth;
	uint32_t max_blocks, max_sites;
	bool blocks, json, progressive, gadget, empty, verbose;
	enum attach_mode attach;
	double escalate_s;
};

/* One function to put a probe on. */
struct point {
	const char *function;
	enum kind kind;	  /* 0: takes memory back (free) */
	uint64_t offset;  /* in the file, as probes are told */
	uint32_t skipped; /* bytes between the function's first instruction and the probe */
};

#define MAX_POINTS 32
/* One file whose functions are probed. */
struct object {
	char path[4200]; /* as the tracer reaches it */
	char name[4096]; /* as the process calls it */
	dev_t device;
	ino_t inode;
	off_t size;
	time_t changed_s;
	long changed_ns;
	bool overlay;
	struct point points[MAX_POINTS];
	int point_count;
	bool attached;
	bool own_new; /* C++'s new does not come by the malloc that is probed here */
};

#define MAX_OBJECTS 64
struct objects {
	struct object *list[MAX_OBJECTS];
	int count;
};

/* objects.c: which files hold the malloc that this process calls; adds what is new. 0; -1 where
 * there is none; -2 where we may not look; -3 where we may not read what it has mapped. */
int objects_find(struct objects *objects, pid_t pid);
void objects_free(struct objects *objects);

/* decode.c: how far into a function the probe goes, so that the kernel need not single-step what
 * lies under it. */
uint32_t probe_offset(const uint8_t *code, size_t size);

/* tracer.c: the BPF side. */
struct tracer;
struct tracer *tracer_load(const struct options *options, const struct settings *settings,
			   char *why, size_t room);
int tracer_cgroup(struct tracer *tracer, int fd);
/* Free first, malloc last; detach is the other way round. */
int tracer_attach(struct tracer *tracer, struct objects *objects, pid_t pid, char *why,
		  size_t room);
void tracer_detach_malloc(struct tracer *tracer);
void tracer_detach(struct tracer *tracer);
int tracer_watch_growth(struct tracer *tracer, char *why, size_t room);
void tracer_unwatch_growth(struct tracer *tracer);
enum attach_mode tracer_mode(const struct tracer *tracer);
const char *attach_mode_name(enum attach_mode mode);
struct shared *tracer_state(struct tracer *tracer);
const struct site *tracer_sites(struct tracer *tracer);
/* A call site's sums at one moment: none of them is ahead of what it follows from. */
struct sums {
	uint64_t allocs, frees, allocated_bytes, freed_bytes, count, bytes;
};
struct sums sums_of(const struct site *site);
uint64_t tracer_hits(struct tracer *tracer);
int tracer_events_fd(struct tracer *tracer);
int tracer_events(struct tracer *tracer, void (*each)(void *with, const struct event *event),
		  void *with);
typedef void block_fn(void *with, const struct block_key *key, const struct block *block);
/* Every block (or region) outstanding; -1 where the kernel refuses. */
int tracer_each_block(struct tracer *tracer, bool regions, block_fn *each, void *with);
/* Blocks of a process that is no more. */
void tracer_forget(struct tracer *tracer, uint32_t tgid, uint64_t before_ns);
void tracer_free(struct tracer *tracer);

/* symbols.c */
struct frame {
	char symbol[512]; /* empty: unknown */
	uint64_t offset;
	char module[256]; /* empty: unknown */
};
void symbol_of(pid_t pid, uint64_t address, bool caller, struct frame *into);
/* The process's mappings have changed, or it is gone. */
void symbols_forget(pid_t pid);
void symbols_free(void);

/* output.c */
struct writer;
void json_string(FILE *out, const char *text);

uint64_t now_ns(void);
