/*
 * Sampling, as heap profilers do it: every byte that is asked for is drawn with one chance in
 * SAMPLE, and a block is followed where one of its bytes was (p = 1 - e^(-bytes/SAMPLE)). It stands
 * for 1/p, so that sums are those of all blocks, with an error that follows from the chances. A
 * weight is a whole number of FRACTIONths, and the chance is the one that belongs to that weight:
 * no rounding favours anybody. Each block is drawn once, where it is handed out: twice, and twice
 * as many would stand for as much each.
 *
 * Of blocks that realloc resizes, one that was drawn stays drawn and counts once, whatever it was
 * drawn by; one that was not is drawn by its new size, p', and counts 1/p'. If P is how likely it
 * was in before, P * 1 + (1 - P) * p' * 1/p' = 1: nobody has to know what size it had, and what
 * grows is not missed.
 */
#pragma once

/* Of 2^32, before its weight is rounded. */
static __always_inline __u64 exact_chance_of(__u64 bytes)
{
	/* bytes / SAMPLE, in 2^32ths; a block of none is one of one. */
	__u64 x = ((bytes ? bytes : 1) << 32) / SAMPLE;
	if (x < CERTAIN / 16) {
		__u64 square = x * x >> 32;
		__u64 p = x - square / 2 + (square * x >> 32) / 6;
		return p ? p : 1;
	}
	/* e^-x is (e^(-x/256))^256, and what is near 1 needs no more than this. */
	__u64 y = x >> 8, square = y * y >> 32;
	__u64 e = CERTAIN - y + square / 2 - (square * y >> 32) / 6;
	for (int i = 0; i < 8; i++)
		e = e * e >> 32;
	return CERTAIN - e;
}

/* Of 2^32: what makes of its weight, times this, one block. */
static __always_inline __u64 chance_of(__u64 bytes)
{
	if (!SAMPLE || bytes >= 16ULL * SAMPLE)
		return CERTAIN;
	return over_rounded(CERTAIN << FRACTION_BITS,
			    weight_by_chance(exact_chance_of(bytes), FRACTION_BITS));
}

/* The chance that it was drawn by, as a block keeps it (0: it was certain); false where it was not
 * drawn. */
static __always_inline bool drawn(__u64 bytes, __u32 *chance)
{
	__u64 p = chance_of(bytes);

	*chance = p == CERTAIN ? 0 : p;
	return p == CERTAIN || bpf_get_prandom_u32() < p;
}

/* How many blocks it stands for, in FRACTIONths where there is a sample. */
static __always_inline __u64 weight_of(__u32 chance)
{
	if (!SAMPLE)
		return 1;
	return weight_by_chance(chance, FRACTION_BITS);
}
