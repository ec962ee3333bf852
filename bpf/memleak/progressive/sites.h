/* What progressive tracing asks of the call sites that there are. */
#pragma once

#include "rule/verdicts.h"

/* The blocks, or regions, that a call site holds. */
struct common {
	uint64_t bytes;	  /* the size that most of the bytes are in where one has the majority,
			     else some */
	double period_ms; /* between two births; 0: not known */
};
struct common common_of(const struct tracer *tracer, uint32_t site, enum held held);

/* The thread that all page faults come from; 0 where there are several. */
uint32_t only_toucher(const struct tracer *tracer);
/* All that was touched for the first time. */
uint64_t touched_bytes(const struct tracer *tracer);
/* How much of the growth regions of mmap account for. */
uint64_t mapped_outstanding(const struct tracer *tracer);
/* The first that has asked malloc, of those from `first` on. */
uint32_t asking_since(const struct tracer *tracer, uint32_t first);
