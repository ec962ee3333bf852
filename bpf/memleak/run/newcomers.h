/* Processes that have become another program: its libc is mapped a moment later. */
#pragma once

#include "objects/objects.h"

#define MOST_NEWCOMERS 256
struct newcomers {
	struct newcomer {
		pid_t pid;
		int tries; /* that are left */
	} list[MOST_NEWCOMERS];
	int count;
};

/* False where too many begin at once. */
bool newcomers_add(struct newcomers *newcomers, pid_t pid);
/* Looks for their malloc once more. `without`, unless NULL, is told of each that has none and is
 * waited for no longer. */
void newcomers_look(struct newcomers *newcomers, struct objects *objects,
		    void (*without)(pid_t pid));
