#include "corpus.h"

#include <math.h>
#include <stdint.h>

static uint64_t state;
static bool even;

/* splitmix64 */
static uint64_t next(void)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

void draw_from(unsigned long seed, const char *kind)
{
	state = seed;
	for (; *kind != '\0'; kind++)
		state = state * 31 + (unsigned char)*kind;
	next();
	even = chance(0.5);
}

double between(double low, double high)
{
	return low + (high - low) * ((double)(next() >> 11) / 9007199254740992.0);
}

double about(double low, double high)
{
	return low * pow(high / low, between(0, 1));
}

bool chance(double share)
{
	return between(0, 1) < share;
}

double interval(double mean)
{
	return even ? mean * between(0.8, 1.2) : -mean * log(1 - between(0, 1));
}
