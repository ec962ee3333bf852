/* What the parts of the gadget share, and nobody else. */
#pragma once

#include <bpf/btf.h>

#include "ground/links.h"
#include "inspektor/gadget.h"

struct gadget {
	const char *path; /* of the program, or what it is called where it is built in */
	struct bpf_object *object;
	const struct btf *btf;
	/* A link each; the first `returns` of them are free's, and no entries. */
	struct bpf_link *links[MAX_LINKS];
	int link_count, returns;
	struct bpf_link *list;
	const struct btf_type *line; /* the struct that a line of the list is */
	int stacks;		     /* the map of stacks; -1: none */
	pid_t pid;		     /* a process of those traced, for the names */
	uint32_t pidns;
};

/* attach.c. 0; -1 with `why`. */
int gadget_attach(struct gadget *gadget, const struct objects *objects,
		  const struct options *options, struct reason *why);
void gadget_detach(struct gadget *gadget);

/* list.c: a first reading, of which nothing is told: the program counts from there. 0; -1 with
 * `why`. */
int gadget_begin(struct gadget *gadget, struct reason *why);

/* declared.c: what its macros say of the program, by names of variables that hold nothing else. */
#define MAX_WORDS 3
struct declared {
	char name[256];
	const char *words[MAX_WORDS];
};
/* The words after `prefix`, which ___ parts; false where none is declared with so many. */
bool gadget_declared(const struct btf *btf, const char *prefix, int count, struct declared *into);
/* A constant of the program, before it is loaded; false where it has none of that name and size. */
bool gadget_set(struct gadget *gadget, const char *name, const void *value, size_t size);
