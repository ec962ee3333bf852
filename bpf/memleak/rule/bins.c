#include <math.h>

#include "rule/bins.h"

double bin_from_ns(unsigned bin)
{
	if (bin == 0)
		return 0;
	unsigned octave = FIRST_OCTAVE + (bin - 1) / BINS_AN_OCTAVE,
		 part = (bin - 1) % BINS_AN_OCTAVE;
	return ldexp(1 + (double)part / BINS_AN_OCTAVE, (int)octave);
}

double bin_to_ns(unsigned bin)
{
	return bin < LIFE_BINS - 1 ? bin_from_ns(bin + 1) : INFINITY;
}
