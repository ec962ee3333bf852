#include <math.h>

#include "rule/bins.h"

double bin_from_ms(unsigned bin)
{
	if (bin == 0)
		return 0;
	unsigned octave = FIRST_OCTAVE + (bin - 1) / BINS_AN_OCTAVE,
		 part = (bin - 1) % BINS_AN_OCTAVE;
	return ldexp(1 + (double)part / BINS_AN_OCTAVE, (int)octave) / 1e6;
}

double bin_to_ms(unsigned bin)
{
	return bin < LIFE_BINS - 1 ? bin_from_ms(bin + 1) : INFINITY;
}
