/* The bins of lives (shared.h), as times. */
#pragma once

#include "shared.h"

/* Where a bin begins, and where it ends, ms; the last one has no end: infinity. */
double bin_from_ms(unsigned bin);
double bin_to_ms(unsigned bin);
