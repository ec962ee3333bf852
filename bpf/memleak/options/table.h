/* Every option once: how it is called, what it takes, where that goes, what help says of it. */
#pragma once

#include <stddef.h>

#include "options/options.h"

struct option_row {
	const char *heading; /* this row is one: nothing else counts */
	char letter;	     /* 0: none */
	const char *name;
	const char *argument; /* NULL: none; with its bracket where it may be left out */
	/* False where the text is none of what it `wants`. */
	bool (*read)(const struct option_row *row, const char *text, void *into);
	size_t offset; /* in struct options */
	double least, most;
	const char *wants;
	const char *help; /* NULL: for ourselves */
};
extern const struct option_row OPTIONS[];
extern const size_t OPTION_COUNT;

#define LEAST_INTERVAL 0.01

/* --top was not given: ten call sites as text, all of them as JSON. */
#define TOP_BY_FORM UINT32_MAX

/* read.c */
bool read_yes(const struct option_row *row, const char *text, void *into);
bool read_text(const struct option_row *row, const char *text, void *into);
bool read_number(const struct option_row *row, const char *text, void *into);
bool read_bytes(const struct option_row *row, const char *text, void *into);
bool read_seconds(const struct option_row *row, const char *text, void *into);
/* Into the options themselves: that it is asked for, and the text where there is one. */
bool read_gadget(const struct option_row *row, const char *text, void *options);
bool read_attach_mode(const struct option_row *row, const char *text, void *into);

/* help.c: the whole of it, to stdout. */
void help_print(void);
