/* What all that is told for people has in common; text.c has it. */
#pragma once

#include <stdint.h>

/* Terminals obey what a symbol's name may hold: so much of it is not told. */
void plain(const char *text);

struct size_text {
	char text[64];
};
/* 28311552 -> "28311552 bytes (27.0 MiB)" */
struct size_text size(uint64_t bytes);
