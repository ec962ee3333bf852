#include <assert.h>
#include <inttypes.h>

#include "ground/json.h"

static void begin_value(struct json *json)
{
	if (json->follows)
		fputc(',', json->out);
	json->follows = true;
}

static void open_with(struct json *json, char bracket)
{
	begin_value(json);
	fputc(bracket, json->out);
	json->follows = false;
	json->depth++;
}

static void close_with(struct json *json, char bracket)
{
	assert(json->depth > 0);
	fputc(bracket, json->out);
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
	fprintf(json->out, "\"%s\":", key);
	json->follows = false;
}

void json_end_line(struct json *json)
{
	assert(json->depth == 0);
	fputc('\n', json->out);
	json->follows = false;
}

void json_string(struct json *json, const char *text)
{
	begin_value(json);
	fputc('"', json->out);
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			fprintf(json->out, "\\%c", *c);
		else if (*c < 0x20 || *c == 0x7f)
			fprintf(json->out, "\\u%04x", *c);
		else
			fputc(*c, json->out);
	}
	fputc('"', json->out);
}

void json_address(struct json *json, uint64_t address)
{
	begin_value(json);
	fprintf(json->out, "\"0x%" PRIx64 "\"", address);
}

void json_u64(struct json *json, uint64_t number)
{
	begin_value(json);
	fprintf(json->out, "%" PRIu64, number);
}

void json_fixed(struct json *json, double number, int decimals)
{
	begin_value(json);
	fprintf(json->out, "%.*f", decimals, number);
}

void json_bool(struct json *json, bool yes)
{
	begin_value(json);
	fputs(yes ? "true" : "false", json->out);
}

void json_null(struct json *json)
{
	begin_value(json);
	fputs("null", json->out);
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
