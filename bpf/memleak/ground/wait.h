/* The one place that waits, and names what has come. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Several may come at once. */
enum woke {
	WOKE_TICK = 1 << 0,
	WOKE_RETRY = 1 << 1,
	WOKE_EVENTS = 1 << 2,	   /* of the BPF programs; whoever reads them takes them away */
	WOKE_LIST_ASKED = 1 << 3,  /* by SIGUSR1 */
	WOKE_END_ASKED = 1 << 4,   /* by a signal */
	WOKE_TARGET_GONE = 1 << 5, /* the process has ended */
	WOKE_READER_GONE = 1 << 6, /* nobody reads stdout any more */
	WOKE_TIME_UP = 1 << 7,
	WOKE_FAULT = 1 << 8, /* errno says which */
};

struct waiter {
	int signals, tick, retry; /* its own */
	int events, target;	  /* whoever has them sets them */
	uint64_t end_ns;	  /* when the time is up; 0: never */
};
#define NOT_WAITING { .signals = -1, .tick = -1, .retry = -1, .events = -1, .target = -1 }

/* From here on signals are read, not suffered: whatever is attached is taken off in order. */
void waiter_open(struct waiter *waiter);
void waiter_tick_every(struct waiter *waiter, double every_s);
/* From now on; 0: never. */
void waiter_end_in(struct waiter *waiter, double s);
bool waiter_time_is_up(const struct waiter *waiter);
/* Soon, and again every moment until it is told to stop. */
void waiter_retry(struct waiter *waiter, bool again);
/* Waits until something comes: all of enum woke that has. */
unsigned wait_for(struct waiter *waiter);
