#pragma once

#include "objects/objects.h"

/* What filters choose: all processes there are now, with the files that their malloc lies in. How
 * many have one, and the first of them. */
int find_in_mntns(struct objects *objects, uint32_t mntns, pid_t *first);
/* Of the cgroup, an open directory, and of all below it. */
int find_in_cgroup(struct objects *objects, int directory);
