/* From addresses to names: the process's mappings, and the symbol tables of the files in them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct frame {
	char symbol[512]; /* empty: unknown */
	uint64_t offset;
	char module[256];	/* empty: unknown */
	bool in_file;		/* module_offset is known */
	uint64_t module_offset; /* in the module's image, as addr2line takes it */
	char build_id[129];	/* hexadecimal; empty: none */
};
/* `caller`: the address is one that a call returns to. `at_ns`: when it was met. */
void symbol_of(pid_t pid, uint64_t address, bool caller, uint64_t at_ns, struct frame *into);
/* The variable of a file that lies at the address, in memory that can be written; how long it is,
 * or 0 where it has no name: then `module` says whose memory it is, if anybody's. */
uint64_t global_of(pid_t pid, uint64_t address, uint64_t at_ns, struct frame *into);
/* Its mappings are read now, unless they were after that time: what ends or is unmapped later
 * leaves its names. */
void symbols_learn(pid_t pid, uint64_t at_ns);
/* Likewise, where a call site of it was born at that time. */
void symbols_of_site(pid_t pid, uint64_t at_ns);
/* From then on the process is another program, or gone. */
void symbols_end(pid_t pid, uint64_t at_ns);
void symbols_free(void);
