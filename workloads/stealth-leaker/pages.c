#include "pages.h"

#include <stdio.h>
#include <string.h>

#define TEXT "text/plain; charset=utf-8"

static unsigned long requests;
static unsigned long long spent_us;

void page_served(unsigned long long nanoseconds)
{
	requests++;
	spent_us += nanoseconds / 1000;
}

/* Flattering on purpose: the gauge counts a pool that the authors thought of, and nothing else. */
static const char *metrics(void)
{
	static char body[1024];

	snprintf(body, sizeof(body),
		 "# HELP app_up Whether the service answers.\n"
		 "# TYPE app_up gauge\n"
		 "app_up 1\n"
		 "# HELP app_memory_used_bytes Memory of the request pool.\n"
		 "# TYPE app_memory_used_bytes gauge\n"
		 "app_memory_used_bytes 12582912\n"
		 "# HELP app_requests_total Requests answered.\n"
		 "# TYPE app_requests_total counter\n"
		 "app_requests_total %lu\n"
		 "# HELP app_errors_total Requests that failed.\n"
		 "# TYPE app_errors_total counter\n"
		 "app_errors_total 0\n"
		 "# HELP app_request_duration_seconds Time taken to answer requests.\n"
		 "# TYPE app_request_duration_seconds summary\n"
		 "app_request_duration_seconds_sum %llu.%06llu\n"
		 "app_request_duration_seconds_count %lu\n",
		 requests, spent_us / 1000000, spent_us % 1000000, requests);
	return body;
}

/* Whether the request line asks for this path, with or without a query. */
static int asks_for(const char *request, const char *path)
{
	size_t length = strlen(path);

	return strncmp(request, "GET ", 4) == 0 && strncmp(request + 4, path, length) == 0 &&
	       strchr(" ?\r\n", request[4 + length]) != NULL;
}

struct page page_for(enum port port, const char *request)
{
	if (request == NULL)
		return (struct page){ "431 Request Header Fields Too Large", TEXT, "too long\n" };
	if (strncmp(request, "GET ", 4) != 0)
		return (struct page){ "405 Method Not Allowed", TEXT, "only GET\n" };
	if (port == HEALTH && asks_for(request, "/health"))
		return (struct page){ "200 OK", "application/json",
				      "{\"status\":\"healthy\",\"memory\":\"ok\"}\n" };
	if (port == METRICS && asks_for(request, "/metrics"))
		return (struct page){ "200 OK", "text/plain; version=0.0.4; charset=utf-8",
				      metrics() };
	if (asks_for(request, "/"))
		return (struct page){ "200 OK", TEXT,
				      port == HEALTH ? "stealth-leaker: see /health\n"
						     : "stealth-leaker: see /metrics\n" };
	return (struct page){ "404 Not Found", TEXT, "not found\n" };
}
