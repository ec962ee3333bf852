#pragma once

#include <stddef.h>
#include <stdint.h>

/* How far into a function the probe goes, so that the kernel need not single-step there. */
uint32_t probe_offset(const uint8_t *code, size_t size);
