/* Workloads of one thread: big blocks, small ones, every way to allocate, very many. */
#include "workloads.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

enum { MIB = 1 << 20, STEPS_A_BLOCK = 4 };

/* Read at run time, or the compiler warns of what is asked for on purpose. */
static volatile size_t too_much = SIZE_MAX / 2;

size_t some_bytes(uint64_t *random)
{
	uint64_t r = next(random);

	/* As many of each magnitude, from 0 bytes to 4 KiB. */
	return (r >> 8) % ((uint64_t)1 << (r % 13));
}

/* Frees what is there, or else allocates: for threads, once the entry is theirs. */
void turn(struct entry *entry, uint64_t *random)
{
	if (entry->alive) {
		free(leave(entry));
		return;
	}
	size_t bytes = some_bytes(random);
	enter(entry, malloc(bytes), bytes);
}

__attribute__((noinline)) static void leak_one_mib(struct entry *entry)
{
	enter(entry, malloc(MIB), MIB);
}

void leak(void)
{
	for (size_t i = 0; i < count; i++)
		leak_one_mib(&ledger->entries[i]);
}

void small(void)
{
	uint64_t random = 1;

	for (size_t i = 0; i < STEPS_A_BLOCK * count; i++)
		turn(&ledger->entries[next(&random) % count], &random);
}

void many(void)
{
	for (size_t i = 0; i < count; i++)
		enter(&ledger->entries[i], malloc(16 + i % 40), 16 + i % 40);
}

/* From here on: not only malloc and free. */

/* Calls that must fail, and leave all as it was. */
static void refused(struct entry *entry, uint64_t which)
{
	void *block = entry->alive ? (void *)entry->address : NULL;
	void *got = NULL;

	switch (which % 6) {
	case 0:
		got = malloc(too_much);
		break;
	case 1:
		got = calloc(too_much, 4);
		break;
	case 2:
		/* EINVAL: the pointer is not touched. */
		if (posix_memalign(&got, 3, 64) != EINVAL)
			fail("posix_memalign took a wrong alignment");
		break;
	case 3:
		got = realloc(block, too_much);
		break;
	case 4:
		got = reallocarray(block, too_much, 3);
		break;
	case 5:
		/* The product is 0, but this is no realloc(block, 0). */
		got = reallocarray(block, too_much + 1, 2);
		break;
	}
	if (got != NULL)
		fail("a call that must fail did not");
}

static void another(struct entry *entry, uint64_t which, size_t bytes)
{
	static char text[4097];
	void *block = NULL;

	switch (which % 11) {
	case 0:
		block = malloc(bytes);
		break;
	case 1:
		block = calloc(bytes / 8 + 1, 8);
		bytes = (bytes / 8 + 1) * 8;
		break;
	case 2:
		block = realloc(NULL, bytes);
		break;
	case 3:
		block = reallocarray(NULL, bytes / 8 + 1, 8);
		bytes = (bytes / 8 + 1) * 8;
		break;
	case 4:
		bytes = (bytes + 63) / 64 * 64;
		block = aligned_alloc(64, bytes);
		break;
	case 5:
		if (posix_memalign(&block, 256, bytes) != 0)
			fail("no memory");
		break;
	case 6:
		block = memalign(1024, bytes);
		break;
	case 7:
		block = valloc(bytes);
		break;
	case 8:
		/* A whole page, so that it needn't round up. */
		bytes = 4096;
		block = pvalloc(bytes);
		break;
	case 9:
		memset(text, 'a', bytes);
		text[bytes] = '\0';
		block = strdup(text);
		bytes++;
		break;
	case 10:
		memset(text, 'a', sizeof(text) - 1);
		block = strndup(text, bytes);
		bytes++;
		break;
	}
	enter(entry, block, bytes);
}

static void resized(struct entry *entry, uint64_t which, size_t bytes)
{
	void *block = leave(entry);

	switch (which % 4) {
	case 0:
		enter(entry, realloc(block, bytes + 1), bytes + 1);
		break;
	case 1:
		enter(entry, reallocarray(block, bytes / 8 + 1, 8), (bytes / 8 + 1) * 8);
		break;
	case 2:
		/* Into a mapping of its own, later out of it again. */
		enter(entry, realloc(block, 200000 + bytes), 200000 + bytes);
		break;
	case 3:
		/* In glibc, this is free. */
		if (realloc(block, 0) != NULL)
			fail("realloc to nothing gave something");
		break;
	}
}

void mix(void)
{
	uint64_t random = 2;

	for (size_t i = 0; i < STEPS_A_BLOCK * count; i++) {
		struct entry *entry = &ledger->entries[next(&random) % count];
		uint64_t r = next(&random);
		size_t bytes = some_bytes(&random);

		if (r % 8 == 0)
			refused(entry, r >> 8);
		else if (!entry->alive)
			another(entry, r >> 8, bytes);
		else if (r % 8 < 3)
			resized(entry, r >> 8, bytes);
		else
			free(leave(entry));
	}
}
