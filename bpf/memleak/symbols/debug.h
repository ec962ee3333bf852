#pragma once

#include <libelf.h>

/* Where the debug file of a file may lie. */
struct debug_search {
	const char *path; /* what the process calls the file */
	int root;	  /* the process's; below 0: ours alone */
};
/*
 * The debug file, open: by build-id below /usr/lib/debug, or by the name in .gnu_debuglink, beside
 * the file, in .debug beside it, and below /usr/lib/debug. Only one that was made for this very
 * file: by its build-id, else by its checksum. -1: there is none.
 */
int debug_open(Elf *elf, const struct debug_search *search);
/* The file's build-id; its length, 0: none. */
size_t build_id_of(Elf *elf, const unsigned char **id);
