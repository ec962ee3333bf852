#pragma once

#include "symbols/rust_text.h"

/* What follows "_R", by RFC 2603. False where it is no such name. */
bool rust_v0(struct rust_text *text, const char *mangled);
