/* The BPF side: loading, attaching, detaching, reading maps. */
#pragma once

#include "ground/reason.h"
#include "objects/objects.h"
#include "options/options.h"
#include "shared.h"

struct tracer;
/* NULL with `why` where it can't be done; likewise -1 below. */
struct tracer *tracer_load(const struct options *options, const struct settings *settings,
			   struct reason *why);
void tracer_free(struct tracer *tracer);
enum attach_mode tracer_mode(const struct tracer *tracer);

/* Which cgroup of version 2 it is for, by an open directory. 0; -1 with errno. */
int tracer_cgroup(struct tracer *tracer, int fd);

/* attach.c: free first, malloc last; detach is the other way round. */
int tracer_attach(struct tracer *tracer, struct objects *objects, pid_t pid, struct reason *why);
void tracer_detach_malloc(struct tracer *tracer);
void tracer_detach(struct tracer *tracer);

/* growth.c: page faults, mmap, munmap, brk. */
int tracer_watch_growth(struct tracer *tracer, struct reason *why);
void tracer_unwatch_growth(struct tracer *tracer);

/* counts.c */
struct shared *tracer_state(struct tracer *tracer);
const struct site *tracer_sites(const struct tracer *tracer);
/* How many call sites there are by now. */
uint32_t tracer_site_count(const struct tracer *tracer);
/* A call site's sums at one moment: none of them is ahead of what it follows from. */
struct sums {
	uint64_t allocs, frees, allocated_bytes, freed_bytes, count, bytes;
};
struct sums sums_of(const struct site *site);
/* What has become of each call site's blocks. */
const struct lives *tracer_lives(const struct tracer *tracer);
/* Lives of a call site that ended within a bin: of a sample, for how many that stands. */
double ended_in(const struct site *site, const struct lives *lives, unsigned bin);
uint64_t tracer_hits(const struct tracer *tracer);
typedef void event_fn(void *with, const struct event *event);
int tracer_events_fd(struct tracer *tracer);
void tracer_events(struct tracer *tracer, event_fn *each, void *with);

/* blocks.c */
typedef void block_fn(void *with, const struct block_key *key, const struct block *block);
enum held { BLOCKS, REGIONS };
/* How many blocks of the process it stands for: 1, but in a sample. */
double block_stands_for(const struct block *block);
/* Every one that is outstanding; -1 where the kernel refuses. */
int tracer_each(const struct tracer *tracer, enum held held, block_fn *each, void *with);
/* Whether that very block is outstanding. */
bool tracer_holds(const struct tracer *tracer, enum held held, const struct block_key *key,
		  uint64_t born_ns);
/* Blocks of a process that is no more. */
void tracer_forget(struct tracer *tracer, uint32_t tgid, uint64_t before_ns);

/* registers.c: those of all threads, none of which is stopped; nothing, where the kernel can't. It
 * takes options that look into the process. */
typedef void register_fn(void *with, pid_t tid, const uint64_t *words, int count);
void tracer_registers(struct tracer *tracer, uint32_t tgid, register_fn *each, void *with);
