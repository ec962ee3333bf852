/* How much each call site had touched for the first time at each look. */
#pragma once

#include "progressive/sites.h"

struct touches;
struct touches *touches_new(const struct tracer *tracer);
void touches_look(struct touches *touches, uint64_t now_ns);
/* Who has touched most since then; NO_SITE: nobody. */
uint32_t touches_most(const struct touches *touches, uint64_t since_ns);
void touches_forget(struct touches *touches);
void touches_free(struct touches *touches);
