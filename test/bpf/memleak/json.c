/* What json.c writes of what a tracer meets: names that a process chose, nesting, edges of numbers.
 * A document a line on stdout. */
#include <string.h>

#include "ground/json.h"

static void names(struct json *json)
{
	char every[256];

	for (int c = 1; c < 256; c++)
		every[c - 1] = (char)c;
	every[255] = '\0';
	json_open_object(json);
	json_string_field(json, "empty", "");
	json_string_field(json, "quotes", "\"\\\"\\");
	json_string_field(json, "lines", "a\nb\rc\td");
	json_string_field(json, "terminal", "\x1b[31mred\x7f");
	json_string_field(json, "korean", "메모리 누수");
	/* A name that the kernel has cut at its 15th byte. */
	json_string_field(json, "cut", "메모리 누\xec\x88");
	json_string_field(json, "wrong", "a\xc0\xaf b\xe0\x80\x80 c\xf5\x80\x80\x80 d\xff e\x80");
	json_string_field(json, "right",
			  "\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"
			  "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
	json_string_field(json, "every", every);
	json_close_object(json);
	json_end_line(json);
}

static void numbers(struct json *json)
{
	json_open_object(json);
	json_u64_field(json, "zero", 0);
	json_u64_field(json, "most", UINT64_MAX);
	json_address_field(json, "address", 0x7ffff7e6b106);
	json_address_field(json, "null", 0);
	json_fixed_field(json, "whole", 99.5, 0);
	json_fixed_field(json, "ms", 1234.5678, 3);
	json_fixed_field(json, "before", -0.25, 3);
	json_bool_field(json, "yes", true);
	json_bool_field(json, "no", false);
	json_null_field(json, "none");
	json_close_object(json);
	json_end_line(json);
}

/* Arrays in objects in arrays; nothing in one, something after each. */
static void nesting(struct json *json)
{
	json_open_array(json);
	json_close_array(json);
	json_end_line(json);
	json_open_array(json);
	json_u64(json, 1);
	json_string(json, "two");
	json_open_object(json);
	json_close_object(json);
	json_open_object(json);
	json_array_field(json, "three");
	json_open_array(json);
	json_close_array(json);
	json_open_array(json);
	json_u64(json, 4);
	json_u64(json, 5);
	json_close_array(json);
	json_close_array(json);
	json_object_field(json, "six");
	json_null_field(json, "seven");
	json_close_object(json);
	json_u64_field(json, "eight", 8);
	json_close_object(json);
	json_u64(json, 9);
	json_close_array(json);
	json_end_line(json);
}

int main(void)
{
	struct json json = { .out = stdout };

	names(&json);
	numbers(&json);
	nesting(&json);
	return 0;
}
