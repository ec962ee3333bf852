/* The workloads in C, each in the file of its kind. */
#pragma once

#include "ledger.h"

/* blocks.c */
size_t some_bytes(uint64_t *random);
void turn(struct entry *entry, uint64_t *random);
void leak(void);
void small(void);
void many(void);
void mix(void);

/* sites.c */
void sites(void);

/* frameless.c */
void frameless(void);

/* threads.c */
void threads_prepare(void);
void threads_go(void);
void threads_stop(void);
void passing_prepare(void);

/* libraries.c */
void libraries_prepare(void);

/* processes.c */
void forks(void);
void becomes(void);
