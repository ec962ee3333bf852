#ifndef LEDGER_H
#define LEDGER_H

/*
 * The ground truth, for checks and accuracy tests: each line is one write(2) to a file opened
 * O_APPEND, so that every reader sees whole lines. Written without malloc, or the ledger would show
 * up in the traces that it is compared with.
 */
void ledger_open(const char *path);
void ledger_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes the last line; what comes later, from a thread still at work, is dropped. */
void ledger_stop(void);

unsigned long ms_since_start(void);

/* One line to stdout, also by write(2): a pipe that nobody reads or a full disk stops nothing. */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
