#pragma once

#include "options/options.h"

/* What a probe's hit takes on this machine, ns: its entry, and its return. */
struct price {
	double entry_ns, return_ns;
};
/* False where it can't be measured. */
bool price_of_hit(enum attach_mode mode, struct price *price);
