#pragma once

#include "run/newcomers.h"

/* What filters choose: all processes there are now, with the files that their malloc lies in. */
struct found {
	struct objects *objects;
	struct newcomers *newcomers; /* those that begin just now are to be looked at again */
	pid_t first;		     /* of those that have a malloc */
	int count;		     /* how many have one, or may */
};
void find_in_mntns(struct found *found, uint32_t mntns);
/* Of the cgroup, an open directory, and of all below it. */
void find_in_cgroup(struct found *found, int directory);
