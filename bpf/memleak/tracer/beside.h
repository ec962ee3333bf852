/*
 * Other tracers on the same function. Where one of them gave a reference counter with its probe, as
 * some versions of BCC do without meaning to, the kernel refuses a probe that gives another one:
 * then ours gives the same.
 */
#pragma once

#include "tracer/tracer.h"

/* From here on the kernel's log is listened to; below 0: it can't be. */
int beside_listen(void);
/* Whether the kernel has just refused points of this file for that, and another try may do: they
 * give the other's counter now, where nothing of the file's could be counted wrong by it. */
bool beside_learn(int log, struct object *object);
/* Who holds probes at points of this file, or at least perf events: "python3 (12), bpftrace (14)";
 * empty: nobody that can be seen. */
void beside_whom(const struct object *object, char *into, size_t room);
