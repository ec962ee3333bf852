#pragma once

#include <libelf.h>

#include "objects/objects.h"

#define MAX_FUNCTIONS 20
/* What a file defines of the functions that are probed, by their place in the list. */
struct defined {
	char heap[HEAP_NAME]; /* that is not malloc's, by its function or its language; empty: none
			       */
	bool allocator;	      /* one that has C++'s new go its own way */
	uint64_t address[MAX_FUNCTIONS];
	uint64_t size[MAX_FUNCTIONS];
};
/* What others call there: a library's exports, and of a program, which may be static, what any of
 * its files could call. A LOCAL symbol is its own file's business. */
void functions_look(Elf *elf, bool is_program, struct defined *into);
bool defines_malloc(const struct defined *defined);
bool defines_new(const struct defined *defined);

/* Whether what lies there in the file is memory that its processes write; true where it can't be
 * told. */
bool object_may_write(const struct object *object, uint64_t offset);

/* Where the probes go: on those that hand out and take back memory, on C++'s new, or on both. */
void functions_add(struct object *object, Elf *elf, const struct defined *defined, bool mallocs,
		   bool news);
