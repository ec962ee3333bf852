/* From addresses to names: the process's mappings, and the symbol tables of the files in them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct frame {
	char symbol[512]; /* empty: unknown */
	uint64_t offset;
	char module[256]; /* empty: unknown */
};
/* `caller`: the address is one that a call returns to. */
void symbol_of(pid_t pid, uint64_t address, bool caller, struct frame *into);
/* Its mappings are read now: one that ends early leaves its names. */
void symbols_learn(pid_t pid);
/* The process's mappings have changed, or it is gone. */
void symbols_forget(pid_t pid);
void symbols_free(void);
