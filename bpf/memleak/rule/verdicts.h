/* The rule's answer for each call site of a run, look by look. */
#pragma once

#include "rule/ages.h"
#include "rule/judge.h"

/* What is known of a call site's old blocks from a look into the process; nothing: both 0. */
typedef struct lost_or_held witness_fn(void *with, uint32_t site);

struct verdicts;
/* `needed_ms`: the age that proves something; below 0: nobody knows. NULL where there is no memory
 * for it. */
struct verdicts *verdicts_new(struct tracer *tracer, double needed_ms);
/* Whom to ask whether old blocks are lost; NULL: nobody. */
void verdicts_ask(struct verdicts *verdicts, witness_fn *witness, void *with);
/* One look at all call sites; `began_ns`: when their trace began. */
void verdicts_look(struct verdicts *verdicts, const struct ages *ages, uint64_t began_ns);
/* Old enough to be asked after: born until then, where the last look says leak or growing; 0: it
 * doesn't. `before_ns` has room for all sites. False where nobody is. */
bool verdicts_suspects(const struct verdicts *verdicts, uint64_t *before_ns);
/* The last look's answers anew, after the witness has looked. */
void verdicts_again(struct verdicts *verdicts, const struct ages *ages);
/* As of the last look. */
const struct judged *verdict_of(const struct verdicts *verdicts, uint32_t site);
/* Of this origin, the call site that leaks most a second, or else grows most; NO_SITE: none does.
 */
#define NO_SITE UINT32_MAX
uint32_t verdicts_worst(const struct verdicts *verdicts, enum origin origin);
/* The most that any call site of this origin could hide, and what was lost besides, bytes a second;
 * not known where nothing was watched. */
struct estimate verdicts_floor(const struct verdicts *verdicts, enum origin origin);
/* What was seen so far is another program's. */
void verdicts_forget(struct verdicts *verdicts);
void verdicts_free(struct verdicts *verdicts);
