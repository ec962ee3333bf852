/* The bins of lives (shared.h), as times. */
#pragma once

#include "shared.h"

/* Where a bin begins, and where it ends, ns; the last one has no end: infinity. */
double bin_from_ns(unsigned bin);
double bin_to_ns(unsigned bin);
