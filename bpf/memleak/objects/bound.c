/* The dynamic linker's own list of what it has loaded, read in the process. */
#include <link.h>
#include <stdio.h>
#include <sys/uio.h>

#include "objects/bound.h"

#define MOST_SEGMENTS 64
#define MOST_DYNAMIC 256
/* A list that is being changed, or that somebody made up, may have no end. */
#define MOST_LOADED 100000

static bool peek(pid_t pid, uint64_t address, void *into, size_t size)
{
	struct iovec here = { .iov_base = into, .iov_len = size };
	struct iovec there = { .iov_base = (void *)(uintptr_t)address, .iov_len = size };

	return process_vm_readv(pid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

/* Where the program's own headers lie, as the kernel told it; 0: they can't be read. */
static uint64_t program_headers(pid_t pid, uint64_t *count)
{
	char path[64];
	ElfW(auxv_t) entry;
	uint64_t headers = 0;

	snprintf(path, sizeof(path), "/proc/%d/auxv", pid);
	FILE *auxv = fopen(path, "re");
	while (auxv && fread(&entry, sizeof(entry), 1, auxv) == 1) {
		if (entry.a_type == AT_PHDR)
			headers = entry.a_un.a_val;
		if (entry.a_type == AT_PHNUM)
			*count = entry.a_un.a_val;
	}
	if (auxv)
		fclose(auxv);
	return headers;
}

/* Where what the program tells the dynamic linker lies; 0: a static program. `linked` says whether
 * it asks for a dynamic linker at all. */
static uint64_t dynamic_section(pid_t pid, bool *linked)
{
	ElfW(Phdr) segment;
	uint64_t count = 0, headers = program_headers(pid, &count), bias = 0, at = 0;

	*linked = false;

	for (uint64_t i = 0; headers && i < count && i < MOST_SEGMENTS; i++) {
		if (!peek(pid, headers + i * sizeof(segment), &segment, sizeof(segment)))
			return 0;
		if (segment.p_type == PT_PHDR)
			bias = headers - segment.p_vaddr;
		if (segment.p_type == PT_DYNAMIC)
			at = segment.p_vaddr;
		*linked |= segment.p_type == PT_INTERP;
	}
	return at ? bias + at : 0;
}

/* What the dynamic linker tells debuggers; all 0 where there is none: a static program, or one that
 * begins. */
static struct r_debug told_of(pid_t pid, bool *linked)
{
	ElfW(Dyn) dynamic;
	struct r_debug debug;
	uint64_t at = dynamic_section(pid, linked);

	for (int i = 0; at && i < MOST_DYNAMIC; i++, at += sizeof(dynamic)) {
		if (!peek(pid, at, &dynamic, sizeof(dynamic)) || dynamic.d_tag == DT_NULL)
			break;
		if (dynamic.d_tag == DT_DEBUG && dynamic.d_un.d_ptr &&
		    peek(pid, dynamic.d_un.d_ptr, &debug, sizeof(debug)))
			return debug;
	}
	return (struct r_debug){ 0 };
}

bool still_links(pid_t pid)
{
	bool linked;
	struct r_debug debug = told_of(pid, &linked);

	return linked && (!debug.r_map || debug.r_state != RT_CONSISTENT);
}

struct candidate *candidate_bound(pid_t pid, const struct candidates *candidates,
				  bool (*wanted)(const struct defined *))
{
	struct candidate *best = NULL;
	struct link_map loaded;
	bool linked;
	uint64_t at = (uint64_t)(uintptr_t)told_of(pid, &linked).r_map;

	for (int i = 0; at && i < MOST_LOADED && peek(pid, at, &loaded, sizeof(loaded)); i++) {
		struct candidate *c = candidate_at(candidates, (uint64_t)(uintptr_t)loaded.l_ld);
		if (c && (c->refused || wanted(&c->defined)))
			return c;
		at = (uint64_t)(uintptr_t)loaded.l_next;
	}
	for (int i = 0; i < candidates->count; i++) {
		struct candidate *c = candidates->list[i];
		if (c->is_program && (c->refused || wanted(&c->defined)))
			return c;
		if (wanted(&c->defined) && (!best || (best->is_libc && !c->is_libc)))
			best = c;
	}
	return best;
}
