#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbols/rust.h"
#include "symbols/rust_text.h"
#include "symbols/rust_v0.h"

#define HASH_DIGITS 16

void rust_put(struct rust_text *text, const char *what, size_t length)
{
	if (text->mute)
		return;
	if (text->length + length >= sizeof(text->text)) {
		text->failed = true;
		return;
	}
	memcpy(text->text + text->length, what, length);
	text->length += length;
}

void rust_say(struct rust_text *text, const char *what)
{
	rust_put(text, what, strlen(what));
}

void rust_say_number(struct rust_text *text, unsigned long long number)
{
	char digits[32];

	snprintf(digits, sizeof(digits), "%llu", number);
	rust_say(text, digits);
}

/* "$LT$" and its like; how much of the name that took, 0: it is none. */
static size_t escape(struct rust_text *text, const char *at, const char *end)
{
	static const char *const ESCAPES[][2] = {
		{ "$SP$", "@" }, { "$BP$", "*" }, { "$RF$", "&" }, { "$LT$", "<" },
		{ "$GT$", ">" }, { "$LP$", "(" }, { "$RP$", ")" }, { "$C$", "," },
	};
	size_t left = (size_t)(end - at);
	unsigned code;
	int taken = 0;

	for (size_t i = 0; i < sizeof(ESCAPES) / sizeof(ESCAPES[0]); i++) {
		size_t length = strlen(ESCAPES[i][0]);
		if (left >= length && memcmp(at, ESCAPES[i][0], length) == 0) {
			rust_say(text, ESCAPES[i][1]);
			return length;
		}
	}
	if (left < 4 || at[1] != 'u' || sscanf(at, "$u%4x%n", &code, &taken) != 1 || taken < 3 ||
	    at + taken >= end || at[taken] != '$' || code < 0x20 || code > 0x7e)
		return 0;
	rust_put(text, &(char){ (char)code }, 1);
	return (size_t)taken + 1;
}

static bool legacy_part(struct rust_text *text, const char *at, const char *end)
{
	/* An identifier may not begin with an escape. */
	if (end - at >= 2 && at[0] == '_' && at[1] == '$')
		at++;
	while (at < end) {
		size_t taken = 1;
		if (at[0] == '$' && !(taken = escape(text, at, end)))
			return false;
		if (at[0] == '.' && end - at >= 2 && at[1] == '.') {
			rust_say(text, "::");
			taken = 2;
		} else if (at[0] != '$') {
			rust_put(text, at, 1);
		}
		at += taken;
	}
	return true;
}

static bool is_hash(const char *at, size_t length)
{
	if (length != 1 + HASH_DIGITS || at[0] != 'h')
		return false;
	for (size_t i = 1; i < length; i++)
		if (!isdigit((unsigned char)at[i]) && !(at[i] >= 'a' && at[i] <= 'f'))
			return false;
	return true;
}

/* Of C++'s own names, which have the same form, the hash at the end tells them. */
static bool legacy(struct rust_text *text, const char *at)
{
	for (bool first = true; isdigit((unsigned char)*at); first = false) {
		char *name;
		unsigned long length = strtoul(at, &name, 10);
		if (length > strlen(name))
			return false;
		if (name[length] == 'E' && is_hash(name, length))
			return !first;
		if (!first)
			rust_say(text, "::");
		if (!legacy_part(text, name, name + length))
			return false;
		at = name + length;
	}
	return false;
}

char *rust_demangle(const char *name)
{
	struct rust_text text = { .length = 0 };
	bool is = strncmp(name, "_ZN", 3) == 0	? legacy(&text, name + 3)
		  : strncmp(name, "_R", 2) == 0 ? rust_v0(&text, name + 2)
						: false;

	return is && !text.failed && text.length ? strndup(text.text, text.length) : NULL;
}
