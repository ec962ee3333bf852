#ifndef LEAK_H
#define LEAK_H

#include "settings.h"

/* Starts the thread that allocates; 0, or an error number. */
int leak_start(const struct settings *s);

/* Thread functions, external so that a tracer finds their names in the binary. */
void *memory_leak_thread(void *unused);
void *report_cache_thread(void *unused);

/* What a service that evicts nothing still points at: external, or the compiler would leave out
 * what nobody reads. */
extern void *report_cache[CACHE_ENTRIES];

#ifdef NESTED
void *new_buffer(size_t bytes);
void *grow_report(size_t bytes);
#endif

#endif
