/*
 * Lost or held: whether anything in the process still points at blocks that have been kept for
 * long. It goes on running meanwhile, so there are two looks, one upwards and one downwards, and
 * only what is found in neither is lost.
 */
#pragma once

#include "reach/look.h"

/* Call sites, globals or threads that are told apart; what is beyond is counted and not named. */
#define MOST_HOLDERS 8

struct holder {
	enum holder_kind kind;
	uint64_t count;	  /* of the blocks asked after */
	char symbol[512]; /* of a global, with the lowest place in it that holds one */
	uint64_t offset;
	char module[64]; /* of a global; of memory, whose it is; empty: not known */
	uint32_t site;	 /* of a block */
	pid_t tid;	 /* of a stack or a register */
};

/* What is known of one call site's blocks. */
struct witness {
	uint32_t site;
	uint64_t asked, lost, held;
	uint64_t unknown;		/* found nowhere, and not everywhere could be looked */
	struct holder by[MOST_HOLDERS]; /* most blocks first */
	int holders;
};
struct reach_answer {
	uint64_t at_ns;
	double ms;
	uint64_t scanned_bytes;
	uint64_t swapped_bytes; /* that were left where they are */
	int looks;
	struct witness *list; /* by call site */
	size_t count;
	struct reason why; /* where it could not look: then there is no list */
};
/* Of this call site; NULL: it was not asked after. */
const struct witness *witness_of(const struct reach_answer *answer, uint32_t site);
void reach_answer_free(struct reach_answer *answer);

struct reach_question {
	pid_t pid;
	uint32_t sites;		   /* how many there are */
	const uint64_t *before_ns; /* by site: what was born until then is asked after; 0: not */
	/* All outstanding blocks, with address, bytes, birth and site. False where the kernel
	 * refuses. */
	bool (*blocks)(void *with, struct reach_blocks *into);
	/* Whether that block is still outstanding. */
	bool (*lives)(void *with, const struct reach_block *block);
	/* More of threads than /proc knows; NULL: nobody knows. */
	void (*registers)(void *with, struct threads *threads);
	void *with;
};

struct reach;
/* What takes long says on stderr how far it has come. */
struct reach *reach_new(uint32_t max_sites);
/* False where nobody was asked after. */
bool reach_ask(struct reach *reach, const struct reach_question *question,
	       struct reach_answer *answer);
void reach_free(struct reach *reach);
