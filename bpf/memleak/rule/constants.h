/*
 * The rule's numbers. `judge` has the same (runner/evidence/rule/constants.ts), and a test holds
 * the two to one another: change both.
 */
#pragma once

/* A survivor has outlived the longest life that ended by so much; ages come in bins of a quarter.
 */
#define OUTLIVES 1.5
/* Whoever is younger than this, ms, is in nobody's way yet. */
#define LEAST_AGE_MS 100
/* One block or two prove nothing. */
#define LEAST_BLOCKS 3
/* Standard errors that a share has to be above nothing. */
#define ERRORS 2
/* The time in which survivors were born is looked at in so many parts; in fewer, where there are
 * few of them. */
#define PARTS_OF_FEW 3
#define PARTS_OF_MANY 5
#define MANY_FROM 10
/* So many parts have to hold some, and the last of them this much of what is usual. */
#define PARTS_HELD 3
#define LAST_PART 0.3
/* They come ever more slowly where the line through the parts falls by so many standard errors, and
 * to half. */
#define SLOWS 3
/* How old survivors of a program of which nothing is known have to be, ms, where nobody could look
 * whether they are lost. */
#define NEEDED_AGE_MS 30000
/* The same of one of them where fewer than LEAST_BLOCKS of a call site's blocks ever came back, and
 * so many survive that there are many parts. */
#define NONE_BACK_AGE_MS 50000
/* Lost: so many of those looked for at least, and by Wilson's lower bound such a share. */
#define LOST_LEAST 5
#define LOST_SHARE 0.2
