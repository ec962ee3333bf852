#ifndef LEDGER_H
#define LEDGER_H

#include <stdbool.h>

/*
 * The ground truth, for checks and accuracy tests: each line is one write(2) to a file opened
 * O_APPEND, so that every reader sees whole lines. Written without malloc, or the ledger would show
 * up in the traces that it is compared with.
 */
void ledger_open(const char *path);

/* Whether it ends in that a service's time was over, as an earlier run wrote it. */
bool ledger_is_over(void);

void ledger_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes the last line; what comes later, from a thread still at work, is dropped. */
void ledger_stop(void);

/* The same, for a service whose time is over: one line more tells the next run so. */
void ledger_over(void);

unsigned long ms_since_start(void);

/* One line to stdout, also by write(2): a pipe that nobody reads or a full disk stops nothing. */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
