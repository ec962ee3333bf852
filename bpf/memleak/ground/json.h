/*
 * JSON, written as it comes: nothing is kept but where a comma is due. A value is an element, or
 * what belongs to the key before it; a field is both at once.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	int depth;
	bool follows; /* something stands before, in the same object or array */
};

void json_open_object(struct json *json);
void json_close_object(struct json *json);
void json_open_array(struct json *json);
void json_close_array(struct json *json);
/* A key is a name of ours: it is not escaped. */
void json_key(struct json *json, const char *key);
/* The document is whole; the next one begins on a line of its own. */
void json_end_line(struct json *json);

/* What is no UTF-8 becomes U+FFFD: a process may call itself anything. */
void json_string(struct json *json, const char *text);
/* "0x…"; a number of JSON does not hold an address exactly. */
void json_address(struct json *json, uint64_t address);
void json_u64(struct json *json, uint64_t number);
void json_fixed(struct json *json, double number, int decimals);
void json_bool(struct json *json, bool yes);
void json_null(struct json *json);

void json_object_field(struct json *json, const char *key);
void json_array_field(struct json *json, const char *key);
void json_string_field(struct json *json, const char *key, const char *text);
void json_address_field(struct json *json, const char *key, uint64_t address);
void json_u64_field(struct json *json, const char *key, uint64_t number);
void json_fixed_field(struct json *json, const char *key, double number, int decimals);
void json_bool_field(struct json *json, const char *key, bool yes);
void json_null_field(struct json *json, const char *key);
