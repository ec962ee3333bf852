/* Of each number of ns on stdin: its bin, and where that begins and ends. */
#include <inttypes.h>
#include <stdio.h>

#include "rule/bins.h"

int main(void)
{
	uint64_t ns;

	while (scanf("%" SCNu64, &ns) == 1) {
		unsigned bin = life_bin(ns);
		printf("%u %.17g %.17g\n", bin, bin_from_ms(bin), bin_to_ms(bin));
	}
	return 0;
}
