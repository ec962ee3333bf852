/* The clock that all of this goes by: ns of CLOCK_MONOTONIC, as the BPF programs have it. */
#pragma once

#include <stdint.h>
#include <time.h>

uint64_t now_ns(void);
/* What the clock on the wall says: 2026-11-28T05:28:00Z. */
struct utc_text {
	char text[32];
};
struct utc_text utc_now(void);
uint64_t clock_ns(clockid_t clock);
struct timespec seconds(double s);
