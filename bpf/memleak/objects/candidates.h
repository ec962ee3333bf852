#pragma once

#include "ground/proc_maps.h"
#include "objects/functions.h"

/* A file that the process has mapped, with what it defines. */
struct candidate {
	struct object object; /* open, as long as it defines something */
	struct defined defined;
	uint64_t inode; /* as /proc/PID/maps has it, and the device */
	uint32_t major, minor;
	Elf *elf;
	bool is_program, is_libc, bits32;
	bool refused; /* it can't be opened: what it defines is not known */
};

/* Where a file is mapped. */
struct file_mapping {
	uint64_t start, end;
	int candidate; /* its place in the list; below 0: none */
};

struct candidates {
	struct candidate **list;
	int count, room;
	struct file_mapping *mappings; /* by address */
	int mapping_count, mapping_room;
	bool bits32; /* the program is one of 32 bits */
	/* Anybody may open a process's maps, but not read them: then they are empty. */
	bool hidden;
};
/* False where there is no memory for it. */
bool candidates_read(struct candidates *candidates, pid_t pid);
/* The file that is mapped at this address; NULL: none of them. */
struct candidate *candidate_at(const struct candidates *candidates, uint64_t address);
void candidates_free(struct candidates *candidates);
