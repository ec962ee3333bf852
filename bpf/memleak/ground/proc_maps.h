/* /proc/PID/maps, line by line. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

struct mapped {
	uint64_t start, end, offset, inode;
	uint32_t major, minor; /* of the device; not always those that stat tells */
	bool readable, writable, executable;
	bool shared; /* what is written there is other mappings' as well */
	/* As the kernel writes it, a label and no way to the file: seen from our root, a newline as
	 * \012, with DELETED behind it once it was replaced. Empty where there is none; lives until
	 * the next line. */
	char *name;
};
#define DELETED " (deleted)"

struct proc_maps {
	FILE *file; /* NULL: it can't be opened */
	char *line;
	size_t room;
};
struct proc_maps proc_maps_open(pid_t pid);
bool proc_maps_next(struct proc_maps *maps, struct mapped *into);
void proc_maps_close(struct proc_maps *maps);

bool mapped_a_file(const struct mapped *mapped);
/* What follows the last slash. */
const char *base_name(const char *path);
