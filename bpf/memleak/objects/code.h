#pragma once

#include <libelf.h>
#include <stdbool.h>

#include "objects/returns.h"

/* The code that an address is part of; `*from`: where it begins in the file. Without bytes where it
 * can't be read. */
struct code code_around(int fd, Elf *elf, uint64_t address, uint64_t *from);
void code_free(struct code *code);
