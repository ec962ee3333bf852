/* Lost or held, of the blocks that the tracer follows and the rule suspects. */
#pragma once

#include "reach/reach.h"
#include "rule/verdicts.h"

struct inquiry;
/* NULL where there is no memory for it. */
struct inquiry *inquiry_new(struct tracer *tracer, pid_t pid, uint32_t max_sites);
/*
 * Looks for pointers at old blocks, or regions of mmap, of call sites that these verdicts call a
 * leak or growing. With rests it takes a fifth of the time at most: of a big process, not whenever
 * it is asked. False where it did not look; otherwise the answer is the caller's to free.
 */
enum haste { WITH_RESTS, AT_ONCE };
bool inquiry_look(struct inquiry *inquiry, const struct verdicts *verdicts, enum held held,
		  enum haste haste, struct reach_answer *answer);
/* What the last look that asked after this call site has found; for the verdicts. */
struct lost_or_held inquiry_knows(void *inquiry, uint32_t site);
/* What was found so far is another program's. */
void inquiry_forget(struct inquiry *inquiry);
void inquiry_free(struct inquiry *inquiry);
