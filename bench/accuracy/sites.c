/* Thousands of call sites: stacks that differ by the digits of a number, a frame a digit. */
#include "workloads.h"

#include <stdlib.h>

typedef void digit(struct entry *entry, size_t number, int digits);

static digit one, two, three, four;
static digit *const of[] = { one, two, three, four };

static void deeper(struct entry *entry, size_t number, int digits);

/* A frame stays only where something is left to do after the call. */
#define DIGIT(name)                                                                                \
	__attribute__((noinline)) static void name(struct entry *entry, size_t number, int digits) \
	{                                                                                          \
		deeper(entry, number, digits);                                                     \
		__asm__ volatile("" ::: "memory");                                                 \
	}

DIGIT(one)
DIGIT(two)
DIGIT(three)
DIGIT(four)

__attribute__((noinline)) static void deeper(struct entry *entry, size_t number, int digits)
{
	if (digits == 0)
		enter(entry, malloc(100), 100);
	else
		of[number % 4](entry, number / 4, digits - 1);
	__asm__ volatile("" ::: "memory");
}

void sites(void)
{
	int digits = 1;

	while ((size_t)1 << (2 * digits) < count)
		digits++;
	for (size_t i = 0; i < count; i++)
		deeper(&ledger->entries[i], i, digits);
	ledger->sites = count;
}
