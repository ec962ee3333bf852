/* Growth that the list does not hold: other heaps, mmap, a malloc that is not the one that is
 * probed. */
#pragma once

#include "tracer/tracer.h"

/* Memory of the process's own: resident, or swapped out, and no file's. */
struct watched {
	uint64_t began_bytes, last_bytes;
};
void watched_begin(struct watched *watched, pid_t pid);

struct unseen {
	bool parted; /* by more than the list's blocks, and what malloc needs for them, explain */
	bool kept_back; /* so much has been given back that malloc may keep what is missing */
	uint64_t grown_bytes, explained_bytes;
	const char *heap; /* that the program has beside malloc; NULL: none that is known */
};
/* `error_bytes`: by so much the list's own sum may be wrong, where it is an estimate. */
struct unseen unseen_now(struct watched *watched, pid_t pid, const struct tracer *tracer,
			 const struct objects *objects, double error_bytes);
