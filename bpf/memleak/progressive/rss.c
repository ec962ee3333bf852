#include "progressive/rss.h"

/* Fewer say nothing of thirds. */
#define LEAST_SAMPLES 12

void rss_add(struct rss *rss, uint64_t bytes)
{
	if (rss->count == RSS_SAMPLES) {
		rss->count = RSS_SAMPLES / 2;
		for (size_t i = 0; i < rss->count; i++)
			rss->bytes[i] = rss->bytes[i * 2];
	}
	rss->bytes[rss->count++] = bytes;
}

/* The least of each of so many equal parts of the run. */
static void lows(const struct rss *rss, uint64_t *low, size_t parts)
{
	for (size_t p = 0; p < parts; p++)
		low[p] = UINT64_MAX;
	for (size_t i = 0; i < rss->count; i++) {
		uint64_t *least = &low[i * parts / rss->count];
		if (rss->bytes[i] < *least)
			*least = rss->bytes[i];
	}
}

bool rss_grows(const struct rss *rss)
{
	uint64_t low[3];

	if (rss->count < LEAST_SAMPLES)
		return false;
	lows(rss, low, 3);
	return low[1] > low[0] && low[2] > low[1] && low[2] - low[0] >= LEAST_GROWTH;
}

bool rss_goes_on(const struct rss *rss)
{
	uint64_t low[4];

	if (rss->count < LEAST_SAMPLES)
		return false;
	lows(rss, low, 4);
	if (low[3] <= low[2] || low[2] <= low[0] || low[3] - low[0] < LEAST_GROWTH)
		return false;
	return (double)(low[3] - low[2]) >= 0.3 * (double)(low[2] - low[0]) / 2;
}

uint64_t rss_grown(const struct rss *rss)
{
	uint64_t first = rss->count ? rss->bytes[0] : 0;
	uint64_t last = rss->count ? rss->bytes[rss->count - 1] : 0;

	return last > first ? last - first : 0;
}
