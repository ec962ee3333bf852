#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A file's functions, by address; shared by all processes that map it. It is read when it is first
 * asked, which may be when the process is gone. */
struct table;
/*
 * Takes the open file, below 0 where it can't be opened: then NULL. `path`: what the process calls
 * it; `root`: the process's root, where its debug file may lie, below 0 for ours alone.
 */
struct table *table_of(int fd, const char *path, int root);
/* Where what lies there in the file is in its image, as addr2line takes it. */
bool table_address(struct table *table, uint64_t in_file, uint64_t *address);
/* The name of the function that holds the address of the image, and how far into it that is; NULL:
 * none. A function without a size holds its first byte alone. */
const char *table_name(struct table *table, uint64_t address, uint64_t *offset);
/*
 * The variable that holds the address of the image, how far into it that is, and how long it is;
 * NULL: none. `writable`: whether the image has memory there that can be written.
 */
const char *table_variable(struct table *table, uint64_t address, uint64_t *offset, uint64_t *bytes,
			   bool *writable);
/* As hexadecimal digits; NULL: it has none. */
const char *table_build_id(struct table *table);
void tables_free(void);
