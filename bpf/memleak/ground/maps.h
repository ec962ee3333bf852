/* /proc/PID/maps, line by line. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

struct mapped {
	uint64_t start, end, offset, inode;
	bool executable;
	/* As the kernel writes it: of a file that was replaced it ends in DELETED. Empty where
	 * there is none; lives until the next line. */
	char *name;
};
#define DELETED " (deleted)"

struct maps {
	FILE *file; /* NULL: it can't be opened */
	char line[4600];
};
struct maps maps_open(pid_t pid);
bool maps_next(struct maps *maps, struct mapped *into);
void maps_close(struct maps *maps);

bool maps_a_file(const struct mapped *mapped);
/* The file as we reach it, in the process's own root; of one that was replaced, what is mapped. */
void mapped_path(pid_t pid, const struct mapped *mapped, char *into, size_t room);
/* What follows the last slash. */
const char *base_name(const char *path);
