#include <stdarg.h>
#include <stdio.h>

#include "ground/reason.h"

void reason_put(struct reason *why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why->text, sizeof(why->text), format, args);
	va_end(args);
}

void say_reason(const struct reason *why)
{
	fprintf(stderr, "memleak: %s\n", why->text);
}
