#pragma once

#include "symbols/mappings.h"

/*
 * The name that a runtime has written down for code it made itself, in /tmp/perf-PID.map of its own
 * root, and how far into that it is. NULL: none, or there is no such file of the process's owner or
 * of root. Lives until the next call.
 */
const char *perf_map_name(const struct lifetime *life, uint64_t address, uint64_t *offset);
void perf_map_free(void);
