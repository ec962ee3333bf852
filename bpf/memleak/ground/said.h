#pragma once

#include <stdbool.h>

/* libbpf's own words: kept for the reason, and not printed, since most failures have a way round;
 * or all of them on stderr. */
void libbpf_says(bool aloud);
/* What it has said since it was last asked to forget. */
const char *libbpf_said(void);
void libbpf_forget(void);
