/* From an option's text to its value. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "options/table.h"

#define A_YEAR 31536000

bool read_yes(const struct option_row *row, const char *text, void *into)
{
	(void)row;
	(void)text;
	*(bool *)into = true;
	return true;
}

bool read_text(const struct option_row *row, const char *text, void *into)
{
	(void)row;
	*(const char **)into = text;
	return true;
}

bool read_number(const struct option_row *row, const char *text, void *into)
{
	char *end;

	errno = 0;
	unsigned long value = strtoul(text, &end, 10);
	if (end == text || *end || errno || text[0] == '-' || (double)value < row->least ||
	    (double)value > row->most)
		return false;
	*(uint32_t *)into = (uint32_t)value;
	return true;
}

/* 512, 64K, 1M, 2G. */
bool read_bytes(const struct option_row *row, const char *text, void *into)
{
	char *end;

	(void)row;
	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	int shift = *end == 'K' || *end == 'k'	 ? 10
		    : *end == 'M' || *end == 'm' ? 20
		    : *end == 'G' || *end == 'g' ? 30
						 : 0;
	if (shift)
		end++;
	if (end == text || *end || errno || text[0] == '-' || value > UINT64_MAX >> shift)
		return false;
	*(uint64_t *)into = value << shift;
	return true;
}

bool read_seconds(const struct option_row *row, const char *text, void *into)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !isfinite(value) || value < row->least || value > A_YEAR)
		return false;
	*(double *)into = value;
	return true;
}

bool read_gadget(const struct option_row *row, const char *text, void *options)
{
	(void)row;
	((struct options *)options)->gadget = true;
	((struct options *)options)->gadget_path = text;
	return true;
}

static const char *const MODES[ATTACH_MODES] = { [ATTACH_AUTO] = "auto",
						 [ATTACH_SESSION] = "session",
						 [ATTACH_MULTI] = "multi",
						 [ATTACH_PERF] = "perf" };

const char *attach_mode_name(enum attach_mode mode)
{
	return MODES[mode];
}

bool read_attach_mode(const struct option_row *row, const char *text, void *into)
{
	(void)row;
	for (int mode = 0; mode < ATTACH_MODES; mode++)
		if (strcmp(text, MODES[mode]) == 0) {
			*(enum attach_mode *)into = (enum attach_mode)mode;
			return true;
		}
	return false;
}
