#include <time.h>

#include "ground/clock.h"
#include "progressive/probing.h"

/* Processor time of the process so far, ms; of one that has ended, none. */
static double cpu_ms_of(pid_t pid)
{
	clockid_t clock;
	struct timespec at;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &at))
		return 0;
	return (double)at.tv_sec * 1e3 + (double)at.tv_nsec / 1e6;
}

void probing_price(struct probing *probing)
{
	probing->hits_before = tracer_hits(probing->tracer);
	probing->priced = price_of_hit(tracer_mode(probing->tracer), &probing->price);
}

int probing_begin(struct probing *probing, struct reason *why)
{
	if (tracer_attach(probing->tracer, probing->objects, probing->pid, why)) {
		probing->spent = true;
		return -1;
	}
	probing->began_ns = now_ns();
	probing->began_cpu_ms = cpu_ms_of(probing->pid);
	return 0;
}

void probing_end(struct probing *probing)
{
	const struct site *sites = tracer_sites(probing->tracer);
	uint32_t count = tracer_site_count(probing->tracer);

	double cpu_ms = cpu_ms_of(probing->pid) - probing->began_cpu_ms;
	probing->cpu_ms += cpu_ms > 0 ? cpu_ms : 0;
	tracer_detach(probing->tracer);
	probing->took_ms += (double)(now_ns() - probing->began_ns) / 1e6;
	probing->returns = 0;
	for (uint32_t i = 0; i < count; i++)
		if (sites[i].origin == FROM_MALLOC)
			probing->returns += sites[i].allocs;
	for (int i = 0; i < probing->objects->count; i++)
		probing->objects->list[i]->attached = false;
	probing->spent = true;
}

uint64_t probing_hits(const struct probing *probing)
{
	return tracer_hits(probing->tracer) - probing->hits_before;
}

double probing_cost_ms(const struct probing *probing)
{
	if (!probing->priced)
		return -1;
	double cost_ms = ((double)probing_hits(probing) * probing->price.entry_ns +
			  (double)probing->returns * probing->price.return_ns) /
			 1e6;
	/* The price was measured beside other work: what a hit took was never more than there was.
	 */
	double most_ms = probing->cpu_ms > 0 ? probing->cpu_ms : probing->took_ms;
	return cost_ms < most_ms ? cost_ms : most_ms;
}
