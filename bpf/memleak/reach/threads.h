/* A process's threads: where their stacks are in use, and what their registers hold. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define MOST_REGISTERS 36

struct thread {
	pid_t tid;
	uint64_t sp; /* below it the stack holds nothing; 0: not known */
	int count;
	uint64_t registers[MOST_REGISTERS];
};
struct threads {
	struct thread *list;
	size_t count, room;
};
/* By /proc, which stops nobody: of a thread that waits in a call its stack pointer and the call's
 * arguments, of one that runs nothing. */
void threads_read(struct threads *threads, pid_t pid);
/* The registers of a thread, where somebody knows more of them. */
void threads_know(struct threads *threads, pid_t tid, const uint64_t *registers, int count);
/* The one whose stack is in use somewhere from `start` to `end`; NULL: none, or several. */
const struct thread *threads_within(const struct threads *threads, uint64_t start, uint64_t end);
void threads_free(struct threads *threads);
