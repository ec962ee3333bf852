#pragma once

#include "objects/candidates.h"

/* Its libraries are being mapped: what it will call is not known yet. */
bool still_links(pid_t pid);

/*
 * Of several that define malloc (an allocator's library, a preload, libc), the one that calls are
 * bound to: the first in the dynamic linker's own order. Where that can't be read: the program
 * itself, then what is not libc. It may be one that can't be looked into (`refused`).
 */
struct candidate *candidate_bound(pid_t pid, const struct candidates *candidates,
				  bool (*wanted)(const struct defined *));
