#pragma once

#include "objects/functions.h"

/* A file that the process has mapped, with what it defines. */
struct candidate {
	struct object object;
	struct defined defined;
	int fd;
	Elf *elf;
	bool is_program, is_libc;
	bool refused; /* it can't be opened: what it defines is not known */
};

/* A mapping of a file; `name` as /proc/PID/maps has it. */
struct file_mapping {
	uint64_t start, end;
	char *name;
};

struct candidates {
	struct candidate *list;
	int count;
	struct file_mapping *mappings;
	int mapping_count;
	/* Anybody may open a process's maps, but not read them: then they are empty. */
	bool hidden;
};
/* False where there is no memory for it. */
bool candidates_read(struct candidates *candidates, pid_t pid);
/* The file that is mapped at this address; NULL: none of them. */
struct candidate *candidate_at(const struct candidates *candidates, uint64_t address);
void candidates_free(struct candidates *candidates);
