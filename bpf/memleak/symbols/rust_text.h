/* A name while it is put together; what grows beyond all measure is given up. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define MOST_RUST_NAME 4096

struct rust_text {
	char text[MOST_RUST_NAME];
	size_t length;
	bool failed;
	bool mute; /* what is read is not part of the name */
};
void rust_put(struct rust_text *text, const char *what, size_t length);
void rust_say(struct rust_text *text, const char *what);
void rust_say_number(struct rust_text *text, unsigned long long number);
