/* Rust's v0 names: a grammar with references back into the name itself, read by descent. */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbols/rust_v0.h"

/* Deeper than any name; references could make a circle. */
#define MOST_DEPTH 128

struct reader {
	const char *start, *at;
	struct rust_text *text;
	unsigned depth;
	uint64_t bound; /* lifetimes that are named around here */
};

enum place { AS_VALUE, AS_TYPE };

static void path(struct reader *r, enum place place);
static void type(struct reader *r);
static void constant(struct reader *r);

static void fail(struct reader *r)
{
	r->text->failed = true;
	r->at += strlen(r->at);
}

static bool took(struct reader *r, char what)
{
	if (*r->at != what)
		return false;
	r->at++;
	return true;
}

static bool enter(struct reader *r)
{
	if (r->text->failed || ++r->depth > MOST_DEPTH)
		fail(r);
	return !r->text->failed;
}

static void leave(struct reader *r)
{
	r->depth--;
}

static uint64_t number62(struct reader *r)
{
	uint64_t value = 0;

	if (took(r, '_'))
		return 0;
	while (isalnum((unsigned char)*r->at)) {
		char c = *r->at++;
		int digit = isdigit((unsigned char)c)	? c - '0'
			    : islower((unsigned char)c) ? c - 'a' + 10
							: c - 'A' + 36;
		if (__builtin_mul_overflow(value, 62, &value) ||
		    __builtin_add_overflow(value, (uint64_t)digit, &value)) {
			fail(r);
			return 0;
		}
	}
	if (!took(r, '_'))
		fail(r);
	return value + 1;
}

/* What an optional number with a letter in front says; 0: it is not there. */
static uint64_t optional62(struct reader *r, char letter)
{
	return took(r, letter) ? number62(r) + 1 : 0;
}

struct identifier {
	const char *name;
	size_t length;
	bool punycode;
};

static struct identifier identifier(struct reader *r)
{
	struct identifier id = { .punycode = took(r, 'u') };
	char *end = (char *)r->at;

	if (isdigit((unsigned char)*r->at))
		id.length = *r->at == '0' ? (end++, 0) : strtoul(r->at, &end, 10);
	else
		fail(r);
	if (r->text->failed)
		return id;
	r->at = end;
	took(r, '_');
	if (id.length > strlen(r->at)) {
		fail(r);
		return (struct identifier){ 0 };
	}
	id.name = r->at;
	r->at += id.length;
	return id;
}

static void say_identifier(struct reader *r, const struct identifier *id)
{
	if (id->punycode)
		rust_say(r->text, "punycode{");
	rust_put(r->text, id->name ? id->name : "", id->length);
	if (id->punycode)
		rust_say(r->text, "}");
}

/* Reads what stands elsewhere in the name, by `what`. */
static void referred(struct reader *r, void (*what)(struct reader *))
{
	const char *here = r->at - 1;
	uint64_t to = number62(r);
	const char *after = r->at;

	if (r->text->failed || to >= (uint64_t)(here - r->start)) {
		fail(r);
		return;
	}
	if (r->text->mute)
		return;
	r->at = r->start + to;
	what(r);
	if (!r->text->failed)
		r->at = after;
}

static void path_as_value(struct reader *r)
{
	path(r, AS_VALUE);
}

static void path_as_type(struct reader *r)
{
	path(r, AS_TYPE);
}

/* Where an impl stands is no part of the name. */
static void impl_path(struct reader *r)
{
	bool mute = r->text->mute;

	optional62(r, 's');
	r->text->mute = true;
	path(r, AS_VALUE);
	r->text->mute = mute;
}

static void lifetime(struct reader *r, uint64_t index)
{
	if (!index) {
		rust_say(r->text, "'_");
	} else if (index > r->bound) {
		fail(r);
	} else if (r->bound - index < 26) {
		rust_say(r->text, "'");
		rust_put(r->text, &(char){ (char)('a' + (r->bound - index)) }, 1);
	} else {
		rust_say(r->text, "'_");
		rust_say_number(r->text, r->bound - index);
	}
}

static void generic_argument(struct reader *r)
{
	if (took(r, 'L'))
		lifetime(r, number62(r));
	else if (took(r, 'K'))
		constant(r);
	else
		type(r);
}

/* Up to the E that ends it. */
static size_t list(struct reader *r, void (*one)(struct reader *), const char *between)
{
	size_t count = 0;

	while (!r->text->failed && !took(r, 'E')) {
		if (count++)
			rust_say(r->text, between);
		one(r);
	}
	return count;
}

static void nested(struct reader *r, enum place place)
{
	char space = *r->at ? *r->at++ : '\0';

	if (!isalpha((unsigned char)space)) {
		fail(r);
		return;
	}
	path(r, place);
	uint64_t which = optional62(r, 's');
	struct identifier id = identifier(r);
	if (islower((unsigned char)space)) {
		if (id.length) {
			rust_say(r->text, "::");
			say_identifier(r, &id);
		}
		return;
	}
	rust_say(r->text, "::{");
	if (space == 'C')
		rust_say(r->text, "closure");
	else if (space == 'S')
		rust_say(r->text, "shim");
	else
		rust_put(r->text, &space, 1);
	if (id.length) {
		rust_say(r->text, ":");
		say_identifier(r, &id);
	}
	rust_say(r->text, "#");
	rust_say_number(r->text, which);
	rust_say(r->text, "}");
}

static void as_trait(struct reader *r)
{
	rust_say(r->text, "<");
	type(r);
	rust_say(r->text, " as ");
	path(r, AS_TYPE);
	rust_say(r->text, ">");
}

static void path(struct reader *r, enum place place)
{
	struct identifier id;

	if (!enter(r))
		return;
	switch (*r->at ? *r->at++ : '\0') {
	case 'C':
		optional62(r, 's');
		id = identifier(r);
		say_identifier(r, &id);
		break;
	case 'N':
		nested(r, place);
		break;
	case 'M':
		impl_path(r);
		rust_say(r->text, "<");
		type(r);
		rust_say(r->text, ">");
		break;
	case 'X':
		impl_path(r);
		as_trait(r);
		break;
	case 'Y':
		as_trait(r);
		break;
	case 'I':
		path(r, place);
		rust_say(r->text, place == AS_VALUE ? "::<" : "<");
		list(r, generic_argument, ", ");
		rust_say(r->text, ">");
		break;
	case 'B':
		referred(r, place == AS_VALUE ? path_as_value : path_as_type);
		break;
	default:
		fail(r);
	}
	leave(r);
}

/* "for<'a, 'b> " */
static uint64_t binder(struct reader *r)
{
	uint64_t count = optional62(r, 'G');

	if (count > 26)
		fail(r);
	for (uint64_t i = 0; i < count && !r->text->failed; i++) {
		rust_say(r->text, i ? ", " : "for<");
		r->bound++;
		lifetime(r, 1);
	}
	if (count)
		rust_say(r->text, "> ");
	return count;
}

static void function(struct reader *r)
{
	uint64_t bound = r->bound;

	binder(r);
	if (took(r, 'U'))
		rust_say(r->text, "unsafe ");
	if (took(r, 'K')) {
		struct identifier abi = { .name = "C", .length = 1 };
		if (!took(r, 'C'))
			abi = identifier(r);
		rust_say(r->text, "extern \"");
		say_identifier(r, &abi);
		rust_say(r->text, "\" ");
	}
	rust_say(r->text, "fn(");
	list(r, type, ", ");
	rust_say(r->text, ")");
	/* What gives back nothing does not say so. */
	if (!took(r, 'u')) {
		rust_say(r->text, " -> ");
		type(r);
	}
	r->bound = bound;
}

/* A trait, with what is bound in it among its own arguments. */
static void bounded_trait(struct reader *r)
{
	path(r, AS_TYPE);
	while (!r->text->failed && took(r, 'p')) {
		struct identifier id = identifier(r);
		bool open = !r->text->mute && r->text->length &&
			    r->text->text[r->text->length - 1] == '>';
		if (open)
			r->text->length--;
		rust_say(r->text, open ? ", " : "<");
		say_identifier(r, &id);
		rust_say(r->text, " = ");
		type(r);
		rust_say(r->text, ">");
	}
}

static void dynamic(struct reader *r)
{
	uint64_t bound = r->bound;

	rust_say(r->text, "dyn ");
	binder(r);
	list(r, bounded_trait, " + ");
	r->bound = bound;
	if (!took(r, 'L')) {
		fail(r);
		return;
	}
	uint64_t index = number62(r);
	if (index) {
		rust_say(r->text, " + ");
		lifetime(r, index);
	}
}

static const char *basic(char c)
{
	static const char *const NAMES[26] = {
		"i8",	 "bool", "char", "f64", "str",	"f32",	NULL,  "u8", "isize",
		"usize", NULL,	 "i32",	 "u32", "i128", "u128", "_",   NULL, NULL,
		"i16",	 "u16",	 "()",	 "...", NULL,	"i64",	"u64", "!",
	};

	return islower((unsigned char)c) ? NAMES[c - 'a'] : NULL;
}

static void reference(struct reader *r, const char *after)
{
	rust_say(r->text, "&");
	if (took(r, 'L')) {
		uint64_t index = number62(r);
		if (index) {
			lifetime(r, index);
			rust_say(r->text, " ");
		}
	}
	rust_say(r->text, after);
	type(r);
}

static void pointer(struct reader *r, const char *what)
{
	rust_say(r->text, what);
	type(r);
}

static void array(struct reader *r, bool sized)
{
	rust_say(r->text, "[");
	type(r);
	if (sized) {
		rust_say(r->text, "; ");
		constant(r);
	}
	rust_say(r->text, "]");
}

static void tuple(struct reader *r)
{
	rust_say(r->text, "(");
	rust_say(r->text, list(r, type, ", ") == 1 ? ",)" : ")");
}

static void type(struct reader *r)
{
	char c = *r->at;

	if (!enter(r))
		return;
	if (basic(c)) {
		r->at++;
		rust_say(r->text, basic(c));
	} else if (took(r, 'A') || took(r, 'S')) {
		array(r, c == 'A');
	} else if (took(r, 'T')) {
		tuple(r);
	} else if (took(r, 'R') || took(r, 'Q')) {
		reference(r, c == 'Q' ? "mut " : "");
	} else if (took(r, 'P') || took(r, 'O')) {
		pointer(r, c == 'P' ? "*const " : "*mut ");
	} else if (took(r, 'F')) {
		function(r);
	} else if (took(r, 'D')) {
		dynamic(r);
	} else if (took(r, 'B')) {
		referred(r, type);
	} else {
		path(r, AS_TYPE);
	}
	leave(r);
}

static void number(struct reader *r)
{
	const char *digits = r->at;
	size_t length = strspn(digits, "0123456789abcdef");

	r->at += length;
	if (!took(r, '_'))
		fail(r);
	else if (length <= 16)
		rust_say_number(r->text, strtoull(digits, NULL, 16));
	else {
		rust_say(r->text, "0x");
		rust_put(r->text, digits, length);
	}
}

static void character(struct reader *r)
{
	char *end;
	unsigned long code = strtoul(r->at, &end, 16);
	char text[16];

	r->at = end;
	if (!took(r, '_'))
		fail(r);
	if (code >= 0x20 && code < 0x7f)
		snprintf(text, sizeof(text), "'%c'", (int)code);
	else
		snprintf(text, sizeof(text), "'\\u{%lx}'", code);
	rust_say(r->text, text);
}

static void constant(struct reader *r)
{
	char of = *r->at ? *r->at++ : '\0';

	if (!enter(r))
		return;
	if (of == 'B') {
		referred(r, constant);
	} else if (of == 'p') {
		rust_say(r->text, "_");
	} else if (of == 'b' && r->at[0] && r->at[1] == '_') {
		rust_say(r->text, *r->at == '1' ? "true" : "false");
		r->at += 2;
	} else if (of == 'c') {
		character(r);
	} else if (of && strchr("aslxnihtmyoj", of)) {
		if (took(r, 'n'))
			rust_say(r->text, "-");
		number(r);
	} else {
		fail(r);
	}
	leave(r);
}

bool rust_v0(struct rust_text *text, const char *mangled)
{
	struct reader reader = { .start = mangled, .at = mangled, .text = text };

	/* Of a later version, of which we know nothing. */
	if (isdigit((unsigned char)*mangled))
		return false;
	path(&reader, AS_VALUE);
	if (!text->failed && isupper((unsigned char)*reader.at)) {
		text->mute = true;
		path(&reader, AS_VALUE);
		text->mute = false;
	}
	return !text->failed && (!*reader.at || *reader.at == '.' || *reader.at == '$');
}
