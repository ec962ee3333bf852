/* What could hide. */
#pragma once

#include "rule/generations.h"

/* The most that one call site may leak, bytes a second, without having shown it; not known where it
 * was not watched. */
struct estimate could_hide(const struct population *population);
