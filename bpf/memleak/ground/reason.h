#pragma once

/* Why something can't be done, in words for whoever asked for it. */
struct reason {
	char text[2048];
	const char *code; /* its kind, for programs; NULL: none that has a name */
};
void reason_put(struct reason *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The reason to stderr, as ours. */
void say_reason(const struct reason *why);
