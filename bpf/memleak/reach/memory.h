/* The memory of a process that may hold pointers, read while it runs. */
#pragma once

#include "ground/reason.h"
#include "reach/threads.h"

enum area_kind {
	AREA_GLOBALS, /* what a file's writable part was mapped for, and the zeros behind it */
	AREA_STACK,   /* one thread's */
	AREA_MEMORY,  /* all else */
};
struct area {
	uint64_t start, end;
	enum area_kind kind;
	pid_t tid;	  /* of a stack */
	bool files_pages; /* those that are still the file's count as well: it is shared */
	char name[64];	  /* of the file, without its folders, or "[anon]" */
};

struct memory {
	pid_t pid;
	int pagemap;
	struct area *areas; /* by address */
	size_t count, room;
	uint64_t scanned_bytes; /* all looks so far */
	uint64_t swapped_bytes; /* that were left alone, in the last look */
	uint64_t wanted_bytes;	/* mapped, in the last look: what a look goes through */
	/* What is asked now and then; false ends the look. NULL: nothing is. */
	bool (*goes_on)(void *with, double part);
	void *with;
};

/* A stretch of one area: words as they are at `address`. */
struct stretch {
	const struct area *area;
	uint64_t address;
	const uint64_t *words;
	size_t count;
};
typedef void stretch_fn(void *with, const struct stretch *stretch);

/* Which memory there is now; 0, or -1 with `why`. */
int memory_map(struct memory *memory, const struct threads *threads, struct reason *why);
enum direction { UPWARDS, DOWNWARDS };
/*
 * All of it that has been touched: nothing is brought in for our sake, and what is swapped out
 * only where it is little. 0, or -1 with `why`.
 */
int memory_scan(struct memory *memory, enum direction direction, stretch_fn *each, void *with,
		struct reason *why);
const struct area *memory_area_at(const struct memory *memory, uint64_t address);
void memory_free(struct memory *memory);
