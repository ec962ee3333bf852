#ifndef PAGES_H
#define PAGES_H

/* What the service tells about itself. */
struct page {
	const char *status;
	const char *type;
	const char *body;
};

enum port { HEALTH, METRICS, PORTS };

/* The page for a request head; valid until the next call. NULL: a head that was too long. */
struct page page_for(enum port port, const char *request);

/* Counts a request that was answered, and the time it took. */
void page_served(unsigned long long nanoseconds);

#endif
