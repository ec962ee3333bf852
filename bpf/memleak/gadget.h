#pragma once
#include "loader.h"

/* Inspektor Gadget's part, done by us: program.bpf.c loaded and attached, its list printed as `-o
 * json` prints it. */
struct gadget;
/* `pid`: a process of those traced, whose mappings give the names. NULL with `why` where it can't
 * be done. */
struct gadget *gadget_load(const struct options *options, const struct settings *settings,
			   const struct objects *objects, pid_t pid, char *why, size_t room);
/* One fetch, one line of JSON: an array of call sites. 0; -1 where it can't be read or written. */
int gadget_fetch(struct gadget *gadget);
void gadget_free(struct gadget *gadget);
