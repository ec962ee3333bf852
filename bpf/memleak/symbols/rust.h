#pragma once

/* A Rust name as its source has it, without the hashes that tell crates apart, to be freed: of the
 * v0 scheme ("_R…") and of the one before it ("_ZN…17h…E"). NULL: it is none. */
char *rust_demangle(const char *name);
