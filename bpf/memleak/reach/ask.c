#include <stdlib.h>

#include "reach/ask.h"

/* Fewer are nobody's habit. */
#define LEAST_OLD 3
/* Old is what has outlived all that ended at its call site by that factor, and is no call's. */
#define TIMES_LONGEST 1.5
#define LEAST_AGE_NS 100000000ull

struct counting {
	const struct lives *lives;
	uint64_t now_ns;
	uint32_t sites, *old;
};

/* What was born until then is old. */
static uint64_t old_before(const struct counting *counting, uint32_t site)
{
	uint64_t age_ns = (uint64_t)(TIMES_LONGEST * (double)counting->lives[site].longest_ns);

	if (age_ns < LEAST_AGE_NS)
		age_ns = LEAST_AGE_NS;
	return counting->now_ns > age_ns ? counting->now_ns - age_ns : 0;
}

static void count_old(void *with, const struct block_key *key, const struct block *block)
{
	struct counting *counting = with;
	(void)key;

	if (block->site < counting->sites && block->born_ns <= old_before(counting, block->site))
		counting->old[block->site]++;
}

bool reach_suspects(const struct tracer *tracer, uint64_t now_ns, uint64_t *before_ns)
{
	struct counting counting = { .lives = tracer_lives(tracer),
				     .now_ns = now_ns,
				     .sites = tracer_site_count(tracer) };
	bool any = false;

	counting.old = calloc(counting.sites + 1, sizeof(*counting.old));
	if (!counting.old || tracer_each(tracer, BLOCKS, count_old, &counting))
		counting.sites = 0;
	for (uint32_t i = 0; i < counting.sites; i++) {
		before_ns[i] = counting.old[i] >= LEAST_OLD ? old_before(&counting, i) : 0;
		any |= before_ns[i] != 0;
	}
	free(counting.old);
	return any;
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

bool reach_look(struct reach *reach, struct tracer *tracer, pid_t pid, enum held held,
		const uint64_t *before_ns, struct reach_answer *answer)
{
	struct asking asking = { .tracer = tracer, .held = held };
	const struct reach_question question = { .pid = pid,
						 .sites = tracer_site_count(tracer),
						 .before_ns = before_ns,
						 .blocks = all_blocks,
						 .lives = still_lives,
						 .registers = all_registers,
						 .with = &asking };

	return reach_ask(reach, &question, answer);
}
