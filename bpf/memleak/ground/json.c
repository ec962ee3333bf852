#include <assert.h>

#include "ground/json.h"

/* One thread writes: none of these locks the stream for each byte. */
static void begin_value(struct json *json)
{
	if (json->follows)
		putc_unlocked(',', json->out);
	json->follows = true;
}

static void open_with(struct json *json, char bracket)
{
	begin_value(json);
	putc_unlocked(bracket, json->out);
	json->follows = false;
	json->depth++;
}

static void close_with(struct json *json, char bracket)
{
	assert(json->depth > 0);
	putc_unlocked(bracket, json->out);
	json->follows = true;
	json->depth--;
}

void json_open_object(struct json *json)
{
	open_with(json, '{');
}
void json_close_object(struct json *json)
{
	close_with(json, '}');
}
void json_open_array(struct json *json)
{
	open_with(json, '[');
}
void json_close_array(struct json *json)
{
	close_with(json, ']');
}

void json_key(struct json *json, const char *key)
{
	begin_value(json);
	putc_unlocked('"', json->out);
	fputs_unlocked(key, json->out);
	fputs_unlocked("\":", json->out);
	json->follows = false;
}

void json_end_line(struct json *json)
{
	assert(json->depth == 0);
	putc_unlocked('\n', json->out);
	json->follows = false;
}

/* The bytes that make a letter of UTF-8, or else those that began one: cut short, written longer
 * than need be, half of a pair, beyond the last. */
static size_t letter(const unsigned char *c, bool *whole)
{
	size_t length = *c < 0x80   ? 1
			: *c < 0xc2 ? 0
			: *c < 0xe0 ? 2
			: *c < 0xf0 ? 3
			: *c < 0xf5 ? 4
				    : 0;
	unsigned char least = *c == 0xe0 ? 0xa0 : *c == 0xf0 ? 0x90 : 0x80;
	unsigned char most = *c == 0xed ? 0x9f : *c == 0xf4 ? 0x8f : 0xbf;
	size_t i = 1;

	/* The byte that ends the text continues nothing. */
	for (; i < length && c[i] >= least && c[i] <= most; i++) {
		least = 0x80;
		most = 0xbf;
	}
	*whole = i == length;
	return i;
}

void json_string(struct json *json, const char *text)
{
	begin_value(json);
	putc_unlocked('"', json->out);
	for (const unsigned char *c = (const unsigned char *)text; *c;) {
		bool whole;
		size_t length = letter(c, &whole);
		if (*c == '"' || *c == '\\')
			fprintf(json->out, "\\%c", *c);
		else if (*c < 0x20 || *c == 0x7f)
			fprintf(json->out, "\\u%04x", *c);
		else if (whole)
			fwrite_unlocked(c, 1, length, json->out);
		else
			fputs_unlocked("\xef\xbf\xbd", json->out);
		c += length;
	}
	putc_unlocked('"', json->out);
}

/* A list may be of a million blocks: printf takes twice as long for it. */
static void digits(FILE *out, uint64_t number, unsigned base)
{
	char text[20];
	size_t at = sizeof(text);

	do
		text[--at] = "0123456789abcdef"[number % base];
	while (number /= base);
	fwrite_unlocked(text + at, 1, sizeof(text) - at, out);
}

void json_address(struct json *json, uint64_t address)
{
	begin_value(json);
	fputs_unlocked("\"0x", json->out);
	digits(json->out, address, 16);
	putc_unlocked('"', json->out);
}

void json_u64(struct json *json, uint64_t number)
{
	begin_value(json);
	digits(json->out, number, 10);
}

void json_fixed(struct json *json, double number, int decimals)
{
	begin_value(json);
	fprintf(json->out, "%.*f", decimals, number);
}

void json_bool(struct json *json, bool yes)
{
	begin_value(json);
	fputs_unlocked(yes ? "true" : "false", json->out);
}

void json_null(struct json *json)
{
	begin_value(json);
	fputs_unlocked("null", json->out);
}

void json_object_field(struct json *json, const char *key)
{
	json_key(json, key);
	json_open_object(json);
}

void json_array_field(struct json *json, const char *key)
{
	json_key(json, key);
	json_open_array(json);
}

void json_string_field(struct json *json, const char *key, const char *text)
{
	json_key(json, key);
	json_string(json, text);
}

void json_address_field(struct json *json, const char *key, uint64_t address)
{
	json_key(json, key);
	json_address(json, address);
}

void json_u64_field(struct json *json, const char *key, uint64_t number)
{
	json_key(json, key);
	json_u64(json, number);
}

void json_fixed_field(struct json *json, const char *key, double number, int decimals)
{
	json_key(json, key);
	json_fixed(json, number, decimals);
}

void json_bool_field(struct json *json, const char *key, bool yes)
{
	json_key(json, key);
	json_bool(json, yes);
}

void json_null_field(struct json *json, const char *key)
{
	json_key(json, key);
	json_null(json);
}
