/* The ledger: every block that a workload has, in a file; written without malloc. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A place for one block. `alive` is the last to be written and the first to be taken back. */
struct entry {
	uint64_t address;
	uint64_t bytes;
	uint64_t born_ns; /* CLOCK_MONOTONIC, once the block was there */
	uint64_t alive;
};

/* The file: this, then the entries. bench/lib/ledger.ts reads it. */
struct ledger {
	uint64_t capacity;
	uint64_t made;	/* blocks handed out so far */
	uint64_t sites; /* call sites that the workload's blocks come from; 0: it doesn't say */
	uint64_t pad;
	struct entry entries[];
};

extern struct ledger *ledger;

/* Every function that fails here ends the program: a ledger with a hole proves nothing. */
void ledger_open(const char *path, size_t capacity);
void enter(struct entry *entry, void *block, size_t bytes);
/* Takes a block out, which is then to be freed. */
void *leave(struct entry *entry);
void fail(const char *what);

/* Numbers that only look random: the same ones in each run. */
uint64_t next(uint64_t *state);

/* What a program can be asked for. */
struct workload {
	const char *name;
	/* Before the tracer comes: whatever allocates and is in no ledger. May be NULL. */
	void (*prepare)(void);
	/* Does all of its work, or starts those who do. */
	void (*go)(void);
	/* Returns once nobody allocates any more. NULL where go() did all. */
	void (*stop)(void);
};

/* A program's workloads, ended by one without a name. */
extern const struct workload workloads[];

extern size_t count; /* as the command line says */
extern char **arguments;

#ifdef __cplusplus
}
#endif
