#pragma once

#include <libelf.h>

#include "objects/objects.h"

#define MAX_FUNCTIONS 64
/* What a file defines of the functions that are probed, by their place in the list. */
struct defined {
	char heap[HEAP_NAME]; /* that is not malloc's, by its function or its language; empty: none
			       */
	bool allocator;	      /* one that has C++'s new go its own way */
	bool asks_new;	      /* it calls a C++ new that another file defines */
	uint64_t address[MAX_FUNCTIONS];
	uint64_t size[MAX_FUNCTIONS];
};
/* What others call there: a library's exports, and of a program, which may be static, what any of
 * its files could call. A LOCAL symbol is its own file's business. */
void functions_look(Elf *elf, bool is_program, struct defined *into);
bool defines_malloc(const struct defined *defined);
bool defines_new(const struct defined *defined);
/* strdup, and others that ask malloc for what they hand out. */
bool defines_copies(const struct defined *defined);

/* Whether what lies there in the file is memory that its processes write; true where it can't be
 * told. */
bool object_may_write(const struct object *object, uint64_t offset);

/* What of a file is probed: what hands out and takes back memory; C++'s new, for who calls it; an
 * allocator's new and delete, as malloc and free; strdup and its like, for who calls them. */
enum wanted { MALLOCS = 1, NEWS = 2, OWN_NEWS = 4, COPYING = 8 };
void functions_add(struct object *object, Elf *elf, const struct defined *defined, int wanted);
