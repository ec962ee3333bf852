/**
 * The rule's numbers. The tracer's own rule (bpf/memleak) has the same, and a test holds the two to one another: change both.
 */

/** A survivor has outlived the longest life that ended by so much; ages come in bins of a quarter. */
export const OUTLIVES = 1.5;
/** Whoever is younger than this, ms, is in nobody's way yet. */
export const LEAST_AGE_MS = 100;
/** One block or two prove nothing. */
export const LEAST_BLOCKS = 3;
/** Standard errors that a share has to be above nothing. */
export const ERRORS = 2;
/** The time in which survivors were born is looked at in so many parts; in fewer, where there are few of them. */
export const PARTS = { few: 3, many: 5, manyFrom: 10 } as const;
/** So many parts have to hold some, and the last of them this much of what is usual. */
export const PARTS_HELD = 3;
export const LAST_PART = 0.3;
/** They come ever more slowly where the line through the parts falls by so many standard errors, and to half. */
export const SLOWS = 3;
/** How old survivors of a program of which nothing is known have to be, ms, where nobody could look whether they are lost. */
export const NEEDED_AGE_MS = 30_000;
/** The same where fewer than LEAST_BLOCKS of a call site's blocks ever came back; and so many survive that there are many parts. */
export const NONE_BACK_AGE_MS = 50000;
/** Lost: so many of those looked for at least, and by Wilson's lower bound such a share. */
export const LOST_LEAST = 5;
export const LOST_SHARE = 0.2;
