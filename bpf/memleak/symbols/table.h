#pragma once

#include <stdint.h>
#include <sys/types.h>

/* A file's functions, by address; shared by all processes that map it. */
struct table;
/* `path`: as we reach the file; `pid`: a process in whose root its debug file may lie. NULL where
 * it can't be opened. */
struct table *table_of(const char *path, pid_t pid);
/* The name of the function that lies there in the file, and how far into it that is; NULL: none. */
const char *table_name(const struct table *table, uint64_t in_file, uint64_t *offset);
void tables_free(void);
