/*
 * What the programs of the corpus share. None of it calls malloc: what a tracer sees of a program
 * is the program's own.
 *
 *   draw.c   numbers from SEED     clock.c   the program's time     later.c   blocks that will be
 * given back main.c   one kind, from its truth to its end requests.c lost.c new.cc threads.c held.c
 * what leaks caches.c sessions.c batches.c restart.c     what does not
 */
#ifndef CORPUS_H
#define CORPUS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A call site of its own: neither inlined nor ended by a jump, so that its frame stands in every
 * stack. */
#define SITE __attribute__((noinline))

enum outcome { LOST, HELD, HEALTHY };

struct kind {
	const char *name;
	enum outcome outcome;
	/* Who asks for the blocks in question; of a healthy program, who would be accused. */
	const char *function;
	void (*begin)(void);
	/* Does what is due; returns how many ms later it is to be called again, or NEVER. */
	double (*step)(void);
};
extern const struct kind requests[], lost[], held[], caches[], sessions[], batches[], restarts[];

#define NEVER 1e15

/* What the program will do, as begin() draws it. */
struct truth {
	/* Of the function's blocks, those that are never given back; 0 where there is no leak. */
	double share;
	double bytes_per_second;
	double starts_ms;
	double births_per_second;
	/* Of a burst; of all else one. */
	int at_once;
	/* Shortest and longest life of what is given back; 0 where nothing is, or as long as the
	 * run. */
	double life_ms[2];
	/* mmap where blocks are not malloc's. */
	const char *call;
	/* A library's function between the two, without a frame pointer: a walk may lose its
	 * caller. */
	const char *via;
};
extern struct truth truth;

/* draw.c: each from a seed, and the kind's name. */
void draw_from(unsigned long seed, const char *kind);
double between(double low, double high);
/* Any order of magnitude as likely as any other. */
double about(double low, double high);
bool chance(double share);
/* Between two of a stream; whether it comes evenly or as it happens is the seed's. */
double interval(double mean);

/* clock.c: ms since the program was told to go, SPEED times as fast as the wall's. */
void clock_start(double speed);
double now_ms(void);
void sleep_until(double ms);

/* later.c: a heap of what is to be freed, in memory of the program's own. */
void free_later(void *block, size_t bytes, double ms);
double next_free(void);
void free_due(void);

/* main.c: what the end's line counts. */
void born(size_t bytes);
void given_back(size_t bytes);
void forgotten(size_t bytes);
/*
 * Writes to all its pages, so that they count in RSS, and lets the compiler know nothing about it;
 * returns the block. Whoever asks for a block fills it: so who touches new pages is who leaks.
 */
void *touch(void *block, size_t bytes);
/* Those that the program was started with. */
extern char **arguments;
/* Set for an image that comes after another one: its truth has been said, nobody says go, and its
 * time to end is set. */
#define RESTARTED "RESTARTED"

/* requests.c */
struct requests_plan {
	void *(*make)(size_t bytes);
	const char *via;
	double every_ms[2];
	double bytes[2];
	double life_ms[2];
	/* What is lost, and from when on. */
	double share[2];
	double from_ms[2];
	/* What holds for ever what is not given back; NULL: nobody does. */
	void (*keep)(void *block, size_t bytes);
};
void plan_requests(const struct requests_plan *plan);
double request(void);

/* new.cc */
void *parse_order(size_t bytes);

#ifdef __cplusplus
}
#endif
#endif
