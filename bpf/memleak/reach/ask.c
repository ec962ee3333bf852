#include <stdlib.h>
#include <string.h>

#include "ground/clock.h"
#include "reach/ask.h"

/* After a look it rests so many times as long. */
#define REST_TIMES 4

struct inquiry {
	struct tracer *tracer;
	pid_t pid;
	uint32_t max_sites;
	struct reach *reach;
	struct lost_or_held *known;
	uint64_t *before_ns;
	uint64_t rests_until_ns;
};

struct inquiry *inquiry_new(struct tracer *tracer, pid_t pid, uint32_t max_sites)
{
	struct inquiry *inquiry = calloc(1, sizeof(*inquiry));

	if (!inquiry)
		return NULL;
	*inquiry = (struct inquiry){ .tracer = tracer,
				     .pid = pid,
				     .max_sites = max_sites,
				     .reach = reach_new(max_sites),
				     .known = calloc(max_sites, sizeof(*inquiry->known)),
				     .before_ns = calloc(max_sites, sizeof(*inquiry->before_ns)) };
	if (inquiry->reach && inquiry->known && inquiry->before_ns)
		return inquiry;
	inquiry_free(inquiry);
	return NULL;
}

struct asking {
	struct tracer *tracer;
	enum held held;
	uint32_t tgid; /* as the kernel numbers the process; 0: no block of it was seen */
	struct reach_blocks *into;
	struct threads *threads;
};

static void add_block(void *with, const struct block_key *key, const struct block *block)
{
	struct asking *asking = with;
	const struct reach_block one = { .address = key->address,
					 .bytes = block->bytes,
					 .born_ns = block->born_ns,
					 .site = block->site };

	asking->tgid = key->tgid;
	reach_blocks_add(asking->into, &one);
}

static bool all_blocks(void *with, struct reach_blocks *into)
{
	struct asking *asking = with;

	asking->into = into;
	return tracer_each(asking->tracer, asking->held, add_block, asking) == 0;
}

static bool still_lives(void *with, const struct reach_block *block)
{
	const struct asking *asking = with;
	const struct block_key key = { .address = block->address, .tgid = asking->tgid };

	return tracer_holds(asking->tracer, asking->held, &key, block->born_ns);
}

static void know_registers(void *with, pid_t tid, const uint64_t *words, int count)
{
	struct asking *asking = with;

	threads_know(asking->threads, tid, words, count);
}

static void all_registers(void *with, struct threads *threads)
{
	struct asking *asking = with;

	asking->threads = threads;
	tracer_registers(asking->tracer, asking->tgid, know_registers, asking);
}

static bool look(struct inquiry *inquiry, enum held held, struct reach_answer *answer)
{
	struct asking asking = { .tracer = inquiry->tracer, .held = held };
	const struct reach_question question = { .pid = inquiry->pid,
						 .sites = tracer_site_count(inquiry->tracer),
						 .before_ns = inquiry->before_ns,
						 .blocks = all_blocks,
						 .lives = still_lives,
						 .registers = all_registers,
						 .with = &asking };

	return reach_ask(inquiry->reach, &question, answer);
}

bool inquiry_look(struct inquiry *inquiry, const struct verdicts *verdicts, enum held held,
		  enum haste haste, struct reach_answer *answer)
{
	uint64_t began = now_ns();

	if (haste == WITH_RESTS && began < inquiry->rests_until_ns)
		return false;
	memset(inquiry->before_ns, 0, inquiry->max_sites * sizeof(*inquiry->before_ns));
	if (!verdicts_suspects(verdicts, inquiry->before_ns) || !look(inquiry, held, answer))
		return false;
	for (size_t i = 0; i < answer->count; i++) {
		const struct witness *witness = &answer->list[i];
		if (witness->asked)
			inquiry->known[witness->site] =
				(struct lost_or_held){ .lost = (double)witness->lost,
						       .held = (double)witness->held };
	}
	uint64_t now = now_ns();
	inquiry->rests_until_ns = now + REST_TIMES * (now - began);
	return true;
}

struct lost_or_held inquiry_knows(void *with, uint32_t site)
{
	const struct inquiry *inquiry = with;

	return site < inquiry->max_sites ? inquiry->known[site] : (struct lost_or_held){ 0 };
}

void inquiry_forget(struct inquiry *inquiry)
{
	memset(inquiry->known, 0, inquiry->max_sites * sizeof(*inquiry->known));
}

void inquiry_free(struct inquiry *inquiry)
{
	if (!inquiry)
		return;
	reach_free(inquiry->reach);
	free(inquiry->known);
	free(inquiry->before_ns);
	free(inquiry);
}
