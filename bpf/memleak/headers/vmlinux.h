/*
 * Stands in for Inspektor Gadget's header of that name where its builder is not: with the headers
 * beside it the gadget's program can be compiled for our own loader (memleak --gadget), which is
 * how it is tested. Only what the program uses.
 */
#pragma once

#include "../kernel.h"

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
#define TASK_COMM_LEN 16

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct seq_file;
struct bpf_iter_meta {
	struct seq_file *seq;
};
struct bpf_map;
struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
	void *key;
	void *value;
};

#pragma clang attribute pop
