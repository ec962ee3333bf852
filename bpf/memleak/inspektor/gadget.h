/*
 * The gadget's program, run by us: what Inspektor Gadget does with program.bpf.c, where Inspektor
 * Gadget can't be had. Its programs go where their sections say, and its list is printed as `-o
 * json` prints it, field by field as the program's own types name them; but for what only Inspektor
 * Gadget knows: containers, pods, nodes.
 */
#pragma once

#include "ground/reason.h"
#include "objects/objects.h"
#include "options/options.h"

struct gadget;
/* `pid`: one of those traced, whose mappings give the names. NULL with `why`: it can't be done. */
struct gadget *gadget_load(const struct options *options, const struct settings *settings,
			   const struct objects *objects, pid_t pid, struct reason *why);
/* One fetch, one line of JSON: an array of call sites. 0; -1 where it can't be read or written. */
int gadget_fetch(struct gadget *gadget);
void gadget_free(struct gadget *gadget);
