/*
 * Whether blocks of a process are lost or held: reach PID, and on stdin "ADDRESS BYTES SITE ASKED"
 * a line. Prints a line a call site, below it one a holder, and at the end what it took.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ground/clock.h"
#include "reach/reach.h"
#include "symbols/symbols.h"

#define SITES 64

static struct reach_blocks all;

static bool copy(void *with, struct reach_blocks *into)
{
	(void)with;
	for (size_t i = 0; i < all.count; i++)
		reach_blocks_add(into, &all.list[i]);
	return true;
}

static bool lives(void *with, const struct reach_block *block)
{
	(void)with, (void)block;
	return true;
}

static void tell(const struct holder *holder)
{
	static const char *const KINDS[] = {
		[HELD_BY_GLOBAL] = "symbol", [HELD_BY_BLOCK] = "site",
		[HELD_BY_MEMORY] = "memory", [HELD_BY_KERNEL] = "kernel",
		[HELD_BY_STACK] = "stack",   [HELD_BY_REGISTER] = "register",
	};
	const char *module = holder->module[0] ? holder->module : "-";

	printf("  %s %" PRIu64 " ", KINDS[holder->kind], holder->count);
	if (holder->kind == HELD_BY_GLOBAL)
		printf("%s+%" PRIu64 " %s\n", holder->symbol, holder->offset, module);
	else if (holder->kind == HELD_BY_BLOCK)
		printf("%u\n", holder->site);
	else if (holder->kind == HELD_BY_MEMORY || holder->kind == HELD_BY_KERNEL)
		printf("%s\n", module);
	else
		printf("%d\n", holder->tid);
}

int main(int argc, char **argv)
{
	uint64_t before[SITES] = { 0 };
	struct reach_block block = { .born_ns = 1 };
	struct reach_answer answer;
	int asked;

	pid_t pid = argc > 1 ? atoi(argv[1]) : 0;
	while (scanf("%" SCNx64 " %" SCNu64 " %" SCNu32 " %d", &block.address, &block.bytes,
		     &block.site, &asked) == 4) {
		if (block.site >= SITES)
			return 2;
		before[block.site] |= (uint64_t)asked;
		reach_blocks_add(&all, &block);
	}
	struct reach *reach = reach_new(SITES);
	struct reach_question question = {
		.pid = pid, .sites = SITES, .before_ns = before, .blocks = copy, .lives = lives
	};
	symbols_learn(pid, now_ns());
	if (!reach || !reach_ask(reach, &question, &answer))
		return 3;
	if (answer.why.text[0])
		printf("why %s\n", answer.why.text);
	for (size_t i = 0; i < answer.count; i++) {
		const struct witness *witness = &answer.list[i];
		printf("%u %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", witness->site,
		       witness->asked, witness->lost, witness->held, witness->unknown);
		for (int n = 0; n < witness->holders; n++)
			tell(&witness->by[n]);
	}
	printf("looks %d bytes %" PRIu64 " ms %.1f\n", answer.looks, answer.scanned_bytes,
	       answer.ms);
	reach_answer_free(&answer);
	reach_free(reach);
	reach_blocks_free(&all);
	symbols_free();
	return 0;
}
