#pragma once

#include <stddef.h>
#include <stdint.h>

/* How many bytes the instruction there takes; 0: it is none that we know, or it does not end within
 * `size`. */
size_t instruction_length(const uint8_t *code, size_t size);
