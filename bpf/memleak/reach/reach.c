#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "ground/clock.h"
#include "ground/process.h"
#include "reach/holders.h"

/* What takes longer says how far it is, and again every so often. */
#define SILENT_NS 2000000000ull

struct reach {
	uint32_t max_sites;
	bool *holder; /* call sites that were seen to hold: their blocks need a holder, too */
	uint64_t began_ns, told_ns;
};

struct reach *reach_new(uint32_t max_sites)
{
	struct reach *reach = calloc(1, sizeof(*reach));

	if (!reach)
		return NULL;
	reach->max_sites = max_sites;
	reach->holder = calloc(max_sites, sizeof(*reach->holder));
	if (reach->holder)
		return reach;
	free(reach);
	return NULL;
}

void reach_free(struct reach *reach)
{
	if (!reach)
		return;
	free(reach->holder);
	free(reach);
}

/* Signals are read by whoever waits for them; one that has come is waited for no longer. */
static bool asked_to_end(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 &&
	       (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1 ||
		sigismember(&pending, SIGHUP) == 1);
}

static bool goes_on(void *with, double part)
{
	struct reach *reach = with;
	uint64_t now = now_ns();

	if (now - reach->told_ns > SILENT_NS) {
		reach->told_ns = now;
		fprintf(stderr,
			"memleak: looking for pointers in the process's memory: %.0f %% of a look "
			"after %.0f s\n",
			part * 100, (double)(now - reach->began_ns) / 1e9);
	}
	return !asked_to_end();
}

/* All of one look: the blocks there were, and who holds them. */
struct seen {
	struct reach_blocks blocks;
	struct holding *found;
	struct memory memory;
};

static void seen_free(struct seen *seen)
{
	reach_blocks_free(&seen->blocks);
	memory_free(&seen->memory);
	free(seen->found);
	seen->found = NULL;
}

static void choose(const struct reach *reach, const struct reach_question *question,
		   struct reach_blocks *blocks)
{
	for (size_t i = 0; i < blocks->count; i++) {
		struct reach_block *block = &blocks->list[i];
		uint64_t before =
			block->site < question->sites ? question->before_ns[block->site] : 0;
		block->asked = before && block->born_ns <= before;
		block->node =
			before || (block->site < reach->max_sites && reach->holder[block->site]);
	}
}

static bool any_asked(const struct reach_blocks *blocks)
{
	for (size_t i = 0; i < blocks->count; i++)
		if (blocks->list[i].asked)
			return true;
	return false;
}

static bool look(struct reach *reach, const struct reach_question *question,
		 enum direction direction, struct seen *seen, struct reason *why)
{
	struct threads threads = { 0 };

	seen->memory = (struct memory){
		.pid = question->pid, .pagemap = -1, .goes_on = goes_on, .with = reach
	};
	if (!question->blocks(question->with, &seen->blocks) || seen->blocks.lacks_room) {
		reason_put(why, "the list of blocks can't be read");
		return false;
	}
	choose(reach, question, &seen->blocks);
	if (!any_asked(&seen->blocks))
		return true;
	reach_blocks_sort(&seen->blocks);
	threads_read(&threads, question->pid);
	if (question->registers)
		question->registers(question->with, &threads);
	seen->found = look_through(&seen->memory, &seen->blocks, &threads, direction, why);
	threads_free(&threads);
	return seen->found != NULL;
}

/* Blocks that hold what is asked after may be lost themselves: from now on their call sites are
 * asked who holds them. False where none is new. */
static bool learn(struct reach *reach, const struct seen *seen)
{
	bool news = false;

	for (size_t i = 0; seen->found && i < seen->blocks.count; i++) {
		const struct holding *holding = &seen->found[i];
		if (!seen->blocks.list[i].asked || holding->kind != HELD_BY_BLOCK ||
		    holding->at >= reach->max_sites || reach->holder[holding->at])
			continue;
		reach->holder[holding->at] = true;
		news = true;
	}
	return news;
}

/* A block that is held, and where its call site stands in the answer. */
struct named {
	uint32_t place;
	struct holding by;
};

/* What lies side by side has one name. */
static int by_place(const void *a, const void *b)
{
	const struct named *one = a, *other = b;

	if (one->place != other->place)
		return one->place < other->place ? -1 : 1;
	if (one->by.kind != other->by.kind)
		return one->by.kind < other->by.kind ? -1 : 1;
	return one->by.at < other->by.at ? -1 : one->by.at > other->by.at;
}

/* The block in another look, where it is the same one; NULL: it was not there. */
static const struct holding *same_in(const struct seen *seen, const struct reach_block *block)
{
	size_t i = reach_block_at(&seen->blocks, block->address);

	return i != NO_BLOCK && seen->blocks.list[i].address == block->address &&
			       seen->blocks.list[i].born_ns == block->born_ns
		       ? &seen->found[i]
		       : NULL;
}

/* Where in the answer each call site stands; it has a list then. NULL: there is no memory. */
static uint32_t *places(const struct reach_question *question, struct reach_answer *answer)
{
	uint32_t *place = calloc(question->sites + 1, sizeof(*place));

	for (uint32_t i = 0; place && i < question->sites; i++)
		if (question->before_ns[i])
			place[i] = (uint32_t)answer->count++;
	answer->list = calloc(answer->count + 1, sizeof(*answer->list));
	for (uint32_t i = 0; place && answer->list && i < question->sites; i++)
		if (question->before_ns[i])
			answer->list[place[i]].site = i;
	if (answer->list)
		return place;
	free(place);
	answer->count = 0;
	return NULL;
}

/* The block by both looks: of two holders it is the one that says more. NULL: it was not in both,
 * or has been given back. */
static const struct holding *by_both(const struct reach_question *question,
				     const struct seen *first, const struct seen *second, size_t i)
{
	const struct reach_block *block = &second->blocks.list[i];
	const struct holding *before = block->asked ? same_in(first, block) : NULL;
	const struct holding *now = &second->found[i];

	if (!before)
		return NULL;
	const struct holding *by = now->kind <= before->kind ? now : before;
	return by->kind != HELD_BY_NOBODY || question->lives(question->with, block) ? by : NULL;
}

static void conclude(const struct reach_question *question, const struct seen *first,
		     const struct seen *second, struct reach_answer *answer)
{
	uint32_t *place = places(question, answer);
	struct named *held = malloc((second->blocks.count + 1) * sizeof(*held));
	size_t count = 0;

	for (size_t i = 0; place && held && i < second->blocks.count; i++) {
		const struct holding *by = by_both(question, first, second, i);
		if (!by)
			continue;
		uint32_t at = place[second->blocks.list[i].site];
		struct witness *witness = &answer->list[at];
		witness->asked++;
		witness->held += by->kind != HELD_BY_NOBODY;
		witness->unknown += by->kind == HELD_BY_NOBODY && answer->swapped_bytes;
		witness->lost += by->kind == HELD_BY_NOBODY && !answer->swapped_bytes;
		if (by->kind != HELD_BY_NOBODY)
			held[count++] = (struct named){ at, *by };
	}
	if (count)
		qsort(held, count, sizeof(*held), by_place);
	for (size_t i = 0; i < count; i++)
		holders_add(&answer->list[held[i].place], &held[i].by, &second->memory,
			    answer->at_ns);
	for (size_t i = 0; i < answer->count; i++)
		holders_sort(&answer->list[i]);
	free(place);
	free(held);
}

/* Both looks; false with the reason in the answer, or where nobody was asked after. */
static bool look_twice(struct reach *reach, const struct reach_question *question,
		       struct seen seen[2], struct reach_answer *answer)
{
	if (!look(reach, question, UPWARDS, &seen[0], &answer->why))
		return false;
	if (learn(reach, &seen[0])) {
		answer->scanned_bytes += seen[0].memory.scanned_bytes;
		seen_free(&seen[0]);
		if (!look(reach, question, UPWARDS, &seen[0], &answer->why))
			return false;
	}
	return seen[0].found && look(reach, question, DOWNWARDS, &seen[1], &answer->why) &&
	       seen[1].found;
}

bool reach_ask(struct reach *reach, const struct reach_question *question,
	       struct reach_answer *answer)
{
	struct seen seen[2] = { 0 };

	*answer = (struct reach_answer){ .at_ns = now_ns(), .looks = 2 };
	reach->began_ns = reach->told_ns = answer->at_ns;
	if (is_32bit(question->pid))
		reason_put(&answer->why, "its pointers are of 32 bits, and not looked for");
	else if (look_twice(reach, question, seen, answer)) {
		answer->scanned_bytes +=
			seen[0].memory.scanned_bytes + seen[1].memory.scanned_bytes;
		answer->swapped_bytes = seen[0].memory.swapped_bytes + seen[1].memory.swapped_bytes;
		conclude(question, &seen[0], &seen[1], answer);
	}
	seen_free(&seen[0]);
	seen_free(&seen[1]);
	answer->ms = (double)(now_ns() - answer->at_ns) / 1e6;
	return answer->list || answer->why.text[0];
}

const struct witness *witness_of(const struct reach_answer *answer, uint32_t site)
{
	for (size_t i = 0; i < answer->count; i++)
		if (answer->list[i].site == site && answer->list[i].asked)
			return &answer->list[i];
	return NULL;
}

void reach_answer_free(struct reach_answer *answer)
{
	free(answer->list);
	*answer = (struct reach_answer){ 0 };
}
