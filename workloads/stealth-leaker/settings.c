#include "settings.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const FATES[3] = { [LOST] = "on", [FREED] = "off", [HELD] = "held" };

static _Noreturn void bad(const char *name, const char *value, const char *allowed)
{
	fprintf(stderr, "stealth-leaker: %s=%s is not allowed: it must be %s\n", name, value,
		allowed);
	exit(2);
}

static unsigned long number(const char *name, unsigned long fallback, unsigned long least,
			    unsigned long most)
{
	const char *value = getenv(name);
	char *end;
	char allowed[96];

	if (value == NULL)
		return fallback;
	errno = 0;
	unsigned long n = strtoul(value, &end, 10);
	/* strtoul itself would take a sign or leading blanks. */
	if (errno != 0 || *value < '0' || *value > '9' || *end != '\0' || n < least || n > most) {
		snprintf(allowed, sizeof(allowed), "a whole number from %lu to %lu", least, most);
		bad(name, value, allowed);
	}
	return n;
}

/* Which of these a variable says, by its place in the list; without a value the first. */
static int one_of(const char *name, const char *const *choices, int count)
{
	const char *value = getenv(name);
	char allowed[96] = "";
	int length = 0;

	if (value == NULL)
		return 0;
	for (int i = 0; i < count; i++) {
		if (strcmp(value, choices[i]) == 0)
			return i;
		length += snprintf(allowed + length, sizeof(allowed) - (size_t)length, "%s%s",
				   i == 0	   ? ""
				   : i + 1 < count ? ", "
						   : " or ",
				   choices[i]);
	}
	bad(name, value, allowed);
}

void settings_read(struct settings *s)
{
	static const char *const SITES[] = { "memory_leak_thread", "report_cache_thread" };
	const char *address = getenv("BIND_ADDRESS");

	s->fate = (enum fate)one_of("LEAK", FATES, 3);
	s->kept_periods = number("LEAK_KEPT_PERIODS", KEPT_PERIODS, 1, MOST_KEPT_PERIODS);
	s->one_in = number("LEAK_ONE_IN", 0, 0, 1000000);
	s->other_site = one_of("LEAK_SITE", SITES, 2) == 1;
	s->block_bytes = number("LEAK_BLOCK_BYTES", 1048576, 1, 1UL << 30);
	s->step_bytes = number("LEAK_BLOCK_STEP", 0, 0, 1UL << 20);
	s->request_bytes = number("REQUEST_BYTES", 0, 0, 1UL << 30);
	s->period_ms = number("LEAK_PERIOD_MS", 8000, 1, 86400000);
	/* Below this a service could not allocate once, or the twin not turn its blocks over. */
	size_t least = s->fate == FREED ? (s->kept_periods + 1) * s->block_bytes : s->block_bytes;
	s->cap_bytes = number("LEAK_CAP_BYTES", 1UL << 31, least, 1UL << 40);
	s->http_port = (unsigned short)number("HTTP_PORT", 8080, 0, 65535);
	s->metrics_port = (unsigned short)number("METRICS_PORT", 9090, 0, 65535);
	s->ledger = getenv("LEDGER");
	s->lifetime_s = (time_t)number("LIFETIME_S", 0, 0, 366UL * 86400);
	if (address == NULL)
		s->address.s_addr = htonl(INADDR_LOOPBACK);
	else if (inet_pton(AF_INET, address, &s->address) != 1)
		bad("BIND_ADDRESS", address, "an IPv4 address such as 127.0.0.1");
}
