/* The share of blocks that outlives the longest life that ended. */
#pragma once

#include "rule/population.h"

struct plateau {
	double share, error; /* 0 to 1; one standard error */
};
/* The last step of the Kaplan-Meier curve of block life, with Greenwood's error: a block that is
 * still alive counts for as long as it has been watched; of those whose watch ended within a bin, a
 * half does. */
struct plateau survival(const struct population *population);
