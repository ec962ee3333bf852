/* What a sample's arithmetic says of each "SAMPLE BYTES" on stdin: the chance of 2^32, and the
 * weight in fractions. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

typedef uint32_t __u32;
typedef uint64_t __u64;
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

static __u32 between;
#define SAMPLE between
#define bpf_get_prandom_u32() ((__u32)random() << 16 ^ (__u32)random())

#include "shared.h"
#include "sample.bpf.h"

int main(void)
{
	__u64 bytes;

	while (scanf("%" SCNu32 " %" SCNu64, &between, &bytes) == 2) {
		__u32 chance;
		__u64 p = chance_of(bytes);
		/* What is certain is drawn each time. */
		bool is_drawn = drawn(bytes, &chance);
		printf("%" PRIu64 " %" PRIu64 " %d\n", p, weight_of(p == CERTAIN ? 0 : (__u32)p),
		       p < CERTAIN || (is_drawn && chance == 0));
	}
	return 0;
}
