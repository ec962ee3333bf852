/* Which files hold the malloc that a process really calls, and where in them its functions lie. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "shared.h"

/* One function to put a probe on. */
struct point {
	const char *function;
	enum kind kind;	  /* 0: takes memory back (free) */
	uint64_t offset;  /* in the file, as probes are told */
	uint32_t skipped; /* bytes between the function's first instruction and the probe */
	uint64_t counter; /* where in the file another tracer has the kernel count; 0: nowhere */
};

#define MAX_POINTS 256
/* One file whose functions are probed. */
struct object {
	int fd;	       /* open, so that it is this one and no other; below 0: not open */
	char path[32]; /* by which the kernel finds the open file, for us */
	char *name;    /* as /proc/PID/maps has it */
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec changed;
	bool overlay;
	struct point points[MAX_POINTS];
	int point_count;
	bool attached;
	bool contended; /* another tracer holds a probe here in another way */
	bool left_out;	/* there is no room for more probes */
	bool own_new;	/* C++'s new does not come by the malloc that is probed here, nor is it
			 * followed to all its ends */
};

/* The name of a heap that is not malloc's: a runtime's, or a function of it. */
#define HEAP_NAME 64
struct objects {
	struct object **list;
	int count, room;
	char heap[HEAP_NAME]; /* what a program has beside malloc; empty: none that is known */
};

enum objects_found {
	OBJECTS_FOUND = 0,
	OBJECTS_NONE = -1,   /* it has no malloc that could be probed */
	OBJECTS_HIDDEN = -2, /* we may not look at the process */
	OBJECTS_CLOSED = -3, /* we may not read what it has mapped */
	OBJECTS_32BIT = -4,  /* arguments lie where no program of ours looks */
	OBJECTS_EARLY = -5,  /* its libraries are being mapped */
};
/* Whether a program that is still being linked is looked into again, or taken as it is. */
enum patience { WAITS, TAKES_WHAT_IS };
/* Adds what is new of the files that hold the malloc that this process calls. */
enum objects_found objects_find(struct objects *objects, pid_t pid, enum patience patience);
void object_close(struct object *object);
void objects_free(struct objects *objects);
