#pragma once

#include <bpf/libbpf.h>

#define MAX_LINKS 512
/* Takes these probes off. Each waits for the kernel's grace period: all at once wait once. */
void links_destroy(struct bpf_link **links, int count);
