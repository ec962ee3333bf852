#pragma once

#include <stdint.h>
#include <sys/types.h>

/* A file's functions, by address; shared by all processes that map it. */
struct table;
/* Takes the open file, below 0 where it can't be opened; `pid`: a process in whose root its debug
 * file may lie. NULL where there is none. */
struct table *table_of(int fd, pid_t pid);
/* The name of the function that lies there in the file, and how far into it that is; NULL: none. */
const char *table_name(const struct table *table, uint64_t in_file, uint64_t *offset);
void tables_free(void);
