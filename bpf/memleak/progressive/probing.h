/* The time that probes are on malloc, and what it costs. */
#pragma once

#include "progressive/price.h"
#include "tracer/tracer.h"

struct probing {
	struct tracer *tracer;
	struct objects *objects;
	pid_t pid;
	uint64_t began_ns;	     /* the last time; 0: never */
	double took_ms;		     /* all times */
	double began_cpu_ms, cpu_ms; /* what the process has used of processors meanwhile */
	bool spent;		     /* this program has had its time */
	bool priced;
	struct price price;
	uint64_t hits_before, returns;
};
void probing_price(struct probing *probing);
/* 0; -1 with `why` where no probe can be put on. */
int probing_begin(struct probing *probing, struct reason *why);
void probing_end(struct probing *probing);
uint64_t probing_hits(const struct probing *probing);
/* By this machine's own price; below 0: not measured. */
double probing_cost_ms(const struct probing *probing);
