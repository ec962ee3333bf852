#pragma once

/* A C++ or Rust name as its source has it, to be freed. NULL: it is none, or there is no libstdc++
 * here. */
char *demangle(const char *name);
