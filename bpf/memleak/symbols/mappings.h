/* What processes have mapped to run it, over time: a name outlives exec, dlclose and the process.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "symbols/table.h"

/* One mapping, as long as it was seen. */
struct mapping {
	uint64_t start, end, offset, inode;
	char *name;	     /* as /proc/PID/maps has it, of a deleted file without that word */
	struct table *table; /* NULL: no file, or one that can't be opened */
	uint64_t first_ns, last_ns;
};

/* A process as one program: from exec to exec, or to its end. */
struct lifetime {
	pid_t pid;
	pid_t own_pid; /* what it is called in its own pid namespace */
	uid_t owner;
	int root;		 /* the process's; below 0: it can't be opened */
	uint64_t from_ns, to_ns; /* to_ns 0: not over */
	uint64_t read_ns;	 /* when its mappings were read last; 0: never */
	bool has_sites;		 /* somebody will ask for its names */
	struct mapping *list;
	size_t count, room;
	struct lifetime *next;
};

/* The life in which the process was at that time; NULL: nothing is known of it. */
struct lifetime *life_at(pid_t pid, uint64_t at_ns);
/* Reads what is mapped now. False where it can't be read: then what is known stays. */
bool mappings_read(pid_t pid);
/* From there on the process is another program, or none. One that nobody will ask for is forgotten.
 */
void life_end(pid_t pid, uint64_t at_ns);
/*
 * What lay at the address at that time. Of several, one after another at one place, it is the one
 * seen at the first look after that time, else the last one before. NULL: none.
 */
const struct mapping *mapping_at(const struct lifetime *life, uint64_t address, uint64_t at_ns);
void lives_free(void);
