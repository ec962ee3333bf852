#ifndef SETTINGS_H
#define SETTINGS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* Periods that a healthy service keeps a block for, and the most that it may be asked to. */
#define KEPT_PERIODS 3
#define MOST_KEPT_PERIODS 64

/* What becomes of a block. */
enum fate {
	LOST,  /* its address is forgotten */
	FREED, /* it is given back after so many periods: the healthy twin */
	HELD,  /* it stays in a cache that evicts nothing */
};
extern const char *const FATES[3]; /* by the names that LEAK has for them */

/* Entries of that cache; one that is full takes no more. */
#define CACHE_ENTRIES 4096

/* Blocks grow by so many steps, then begin anew. */
#define BLOCK_STEPS 32

/* Requests that a busy service serves in each period. */
#define REQUESTS_A_PERIOD 3

/* How this service was asked to behave; every value comes from the environment. */
struct settings {
	enum fate fate;		    /* LEAK: on, off or held */
	unsigned long kept_periods; /* LEAK_KEPT_PERIODS, where blocks are given back */
	unsigned long one_in;	    /* LEAK_ONE_IN: of so many one is lost all the same, 0 = none */
	bool other_site;	    /* LEAK_SITE=report_cache_thread */
	size_t block_bytes;	    /* LEAK_BLOCK_BYTES */
	size_t step_bytes;	    /* LEAK_BLOCK_STEP, added with each block up to BLOCK_STEPS */
	size_t request_bytes;	    /* REQUEST_BYTES, 0 = no request is served */
	unsigned long period_ms;    /* LEAK_PERIOD_MS */
	size_t cap_bytes;	    /* LEAK_CAP_BYTES */
	unsigned short http_port;   /* HTTP_PORT, 0 = any free port */
	unsigned short metrics_port; /* METRICS_PORT, 0 = any free port */
	struct in_addr address;	     /* BIND_ADDRESS */
	const char *ledger;	     /* LEDGER, NULL = none is written */
	time_t lifetime_s;	     /* LIFETIME_S, then it ends by itself; 0 = never */
};

/* Reads and checks the environment; a bad value ends the program with exit code 2, naming it. */
void settings_read(struct settings *s);

#endif
