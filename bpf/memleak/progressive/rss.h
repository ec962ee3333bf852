#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RSS_SAMPLES 4096
/* Less growth than this is a process that warms up. */
#define LEAST_GROWTH (1u << 20)
/* Resident bytes at each look of the run, the older ones at fewer. */
struct rss {
	uint64_t bytes[RSS_SAMPLES];
	size_t count;
};
void rss_add(struct rss *rss, uint64_t bytes);
/* It is higher in each third of the run than in the one before, by what no warming up explains. */
bool rss_grows(const struct rss *rss);
/* It has not stopped: of the run's quarters the last adds no less than 0.3 of what those before did
 * on average, and in all it is no warming up. */
bool rss_goes_on(const struct rss *rss);
/* From the first look to the last. */
uint64_t rss_grown(const struct rss *rss);
