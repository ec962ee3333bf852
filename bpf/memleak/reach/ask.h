/* Lost or held, of the blocks that the tracer follows. */
#pragma once

#include "reach/reach.h"
#include "tracer/tracer.h"

/* Of each call site, what was born until then is old enough to be asked after; 0: it is not
 * suspect. `before_ns` has room for all sites. False where none is. */
bool reach_suspects(const struct tracer *tracer, uint64_t now_ns, uint64_t *before_ns);
/* Looks for pointers at what `before_ns` says of the process's blocks, or its regions of mmap.
 * False where there was nothing to look for; otherwise the answer is the caller's to free. */
bool reach_look(struct reach *reach, struct tracer *tracer, pid_t pid, enum held held,
		const uint64_t *before_ns, struct reach_answer *answer);
