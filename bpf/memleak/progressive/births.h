/* How many blocks each call site had handed out at each look, and so whether what is born stays. */
#pragma once

#include "progressive/sites.h"

struct births;
struct births *births_new(const struct tracer *tracer);
void births_look(struct births *births, uint64_t now_ns);
/*
 * Of this origin, the call site with most bytes outstanding among those that keep what they ask
 * for: of what was born 15-45 % into the time since `start_ns`, and of what was born at 45-75 %, at
 * least 90 % of the bytes are still there, the later keeps at least 0.3 of the earlier, and what is
 * outstanding goes on growing: by 0.3 of that pace in the last quarter.
 * NO_SITE: none does, or it is too early to say.
 */
uint32_t births_kept(const struct births *births, enum origin origin, uint64_t start_ns,
		     uint64_t now_ns);
/* Of this origin, the one with most bytes outstanding, whether it keeps them or not. */
uint32_t births_most(const struct births *births, enum origin origin);
/* Of page faults, who has touched most since then. */
uint32_t births_toucher(const struct births *births, uint64_t since_ns);
void births_forget(struct births *births);
void births_free(struct births *births);
