/*
 * Blocks whose lives are known. Of each function that asks for some it says on stderr, once all is
 * over: its name, how many lives ended, between which two lengths the longest of them lies (ns),
 * and how many blocks it keeps. The bounds are what the clock says within and around the calls.
 *
 * With an argument, short() has so many blocks of sizes that a sample draws by chance.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TICKS 20
#define TICK_NS 100000000
#define AT_ONCE 4
#define AGAIN 3

struct truth {
	const char *name;
	uint64_t ended, least_ns, most_ns, kept;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* A block, and when it was asked for and had. */
struct life {
	char *volatile block;
	uint64_t asked_ns, had_ns;
};

static void over(struct truth *truth, const struct life *life, uint64_t before_ns,
		 uint64_t after_ns)
{
	truth->ended++;
	if (before_ns - life->had_ns > truth->least_ns)
		truth->least_ns = before_ns - life->had_ns;
	if (after_ns - life->asked_ns > truth->most_ns)
		truth->most_ns = after_ns - life->asked_ns;
}

static void give_back(struct truth *truth, struct life *life)
{
	uint64_t before = now_ns();

	free(life->block);
	over(truth, life, before, now_ns());
	life->block = NULL;
}

#define ASKING(name, expression)                                                                   \
	__attribute__((noinline)) void name(struct life *life, size_t bytes)                       \
	{                                                                                          \
		life->asked_ns = now_ns();                                                         \
		life->block = expression;                                                          \
		life->had_ns = now_ns();                                                           \
	}

ASKING(brief, malloc(bytes))
ASKING(lasting, malloc(bytes))
ASKING(kept, malloc(bytes))
ASKING(refused, malloc(bytes))
ASKING(to_nothing, malloc(bytes))

/* One life, however often it is resized: it is born where there was none. */
__attribute__((noinline)) void resized(struct life *life, size_t bytes)
{
	uint64_t asked = now_ns();
	char *was = life->block;

	life->block = realloc(was, bytes);
	if (was)
		return;
	life->asked_ns = asked;
	life->had_ns = now_ns();
}

static struct truth briefs = { .name = "brief" }, lastings = { .name = "lasting" },
		    keeps = { .name = "kept" }, refusals = { .name = "refused" },
		    nothings = { .name = "to_nothing" }, resizes = { .name = "resized" };

static void tick(void)
{
	const struct timespec t = { .tv_nsec = TICK_NS };

	nanosleep(&t, NULL);
}

/* Lives of one tick, of ten, and without end. */
static void plain_lives(int at, size_t many)
{
	static struct life *soon, late[TICKS], never[TICKS];

	if (!soon)
		soon = calloc(many, sizeof(*soon));
	for (size_t i = 0; i < many; i++) {
		if (soon[i].block)
			give_back(&briefs, &soon[i]);
		if (at < TICKS - 1)
			brief(&soon[i], 100 + i * 7 % 900);
	}
	lasting(&late[at], 300);
	if (at >= 10)
		give_back(&lastings, &late[at - 10]);
	if (at % 4 == 0) {
		kept(&never[at], 500);
		keeps.kept++;
	}
}

/* In the last tick one of two is given back; one that can't grow lives on, and so does the other.
 */
static void resized_lives(int at)
{
	static struct life grown, growing, whole, gone;

	resized(&grown, 1000 * (size_t)(at + 1));
	resized(&growing, 2000 * (size_t)(at + 1));
	if (at == 0) {
		refused(&whole, 700);
		to_nothing(&gone, 900);
	} else if (at == 5) {
		if (realloc(whole.block, PTRDIFF_MAX))
			exit(1);
		uint64_t before = now_ns();
		char *left = realloc(gone.block, 0);
		if (left)
			exit(1);
		over(&nothings, &gone, before, now_ns());
	} else if (at == TICKS - 1) {
		give_back(&resizes, &grown);
		give_back(&refusals, &whole);
		resizes.kept = growing.block != NULL;
	}
}

int main(int argc, char **argv)
{
	const struct truth *all[] = { &briefs, &lastings, &keeps, &refusals, &nothings, &resizes };
	size_t many = argc > 1 ? strtoul(argv[1], NULL, 10) : 5;

	lastings.kept = 10;
	for (int at = 0; at < TICKS; at++) {
		plain_lives(at, many);
		resized_lives(at);
		tick();
	}
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		fprintf(stderr, "%s %lu %lu %lu %lu\n", all[i]->name, all[i]->ended,
			all[i]->least_ns, all[i]->most_ns, all[i]->kept);
	fputs("over\n", stderr);
	pause();
	return 0;
}
