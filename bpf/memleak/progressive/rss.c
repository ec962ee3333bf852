#include "progressive/rss.h"

/* Fewer say nothing of thirds. */
#define LEAST_SAMPLES 12
/* Less growth than this is a process that warms up. */
#define LEAST_GROWTH (1u << 20)

void rss_add(struct rss *rss, uint64_t bytes)
{
	if (rss->count == RSS_SAMPLES) {
		rss->count = RSS_SAMPLES / 2;
		for (size_t i = 0; i < rss->count; i++)
			rss->bytes[i] = rss->bytes[i * 2];
	}
	rss->bytes[rss->count++] = bytes;
}

bool rss_grows(const struct rss *rss)
{
	uint64_t low[3] = { UINT64_MAX, UINT64_MAX, UINT64_MAX };

	if (rss->count < LEAST_SAMPLES)
		return false;
	for (size_t i = 0; i < rss->count; i++) {
		uint64_t *least = &low[i * 3 / rss->count];
		if (rss->bytes[i] < *least)
			*least = rss->bytes[i];
	}
	return low[1] > low[0] && low[2] > low[1] && low[2] - low[0] >= LEAST_GROWTH;
}

uint64_t rss_grown(const struct rss *rss)
{
	return rss->bytes[rss->count - 1] - rss->bytes[0];
}
