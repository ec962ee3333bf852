/* What was asked for. Sizes in bytes, times in s. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define VERSION "0.1.0"

/* Exit codes: as asked; a fault of ours; wrong usage; this machine can't. */
enum { DONE = 0, FAULT = 3, USAGE = 2, CANNOT = 4 };

/*
 * How probes are put on: entry and return as one (from Linux 6.13); all functions of a file with
 * one link, entries and returns apart (from 6.10); one by one, as perf events.
 */
enum attach_mode { ATTACH_AUTO, ATTACH_SESSION, ATTACH_MULTI, ATTACH_PERF, ATTACH_MODES };
const char *attach_mode_name(enum attach_mode mode);

#define AGE_NOT_TOLD -1

struct options {
	/* Whom: one of them is set. */
	pid_t pid;
	uint32_t mntns; /* a process that is in it, or its own number */
	const char *cgroup;
	const char *command;	 /* is begun, and then it is `pid` */
	const char *gadget_path; /* NULL: the one that is built in */
	const char *late;	 /* a gadget's function that is probed last; NULL: none */
	double interval_s;
	double duration_s; /* 0: no end */
	uint32_t lists;	   /* so many, the last of them at the end; 0: no end to them */
	double older_than_s;
	double age_s; /* of a block that proves something; below 0: not told */
	uint64_t min_bytes, max_bytes;
	uint64_t sample; /* bytes between two that are drawn; 0: every block is followed */
	uint32_t top;	 /* 0: all */
	uint32_t depth;
	uint32_t max_blocks, max_sites;
	bool blocks, json, reachable, progressive, gadget, empty, verbose;
	enum attach_mode attach;
	double escalate_s;
};

/* Reads the command line. Below 0: go on; otherwise the exit code, after help or a complaint. */
int options_read(struct options *options, int argc, char **argv);
