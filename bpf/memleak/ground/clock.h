/* The clock that all of this goes by: ns of CLOCK_MONOTONIC, as the BPF programs have it. */
#pragma once

#include <stdint.h>
#include <time.h>

uint64_t now_ns(void);
uint64_t clock_ns(clockid_t clock);
struct timespec seconds(double s);
