/* What /proc says of a process. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What goes by a number. */
enum living {
	A_PROCESS,
	NOBODY,
	A_THREAD,	    /* of the process that `process` says */
	A_ZOMBIE,	    /* it has ended, and nobody has fetched its exit code */
	FIRST_THREAD_ENDED, /* others go on, and /proc shows nothing of what they share */
	OF_THE_KERNEL,
};
struct life {
	enum living living;
	pid_t process;
	bool stopped; /* by a signal, or a debugger */
};
struct life life_of(pid_t pid);

/* Whether its program is one of 32 bits. */
bool is_32bit(pid_t pid);
/* Its name; empty once it is gone. */
void comm_of(pid_t pid, char *into, size_t room);
/* Resident bytes; 0 once it is gone. */
uint64_t rss_of(pid_t pid);
/* Bytes of its own, no file's: resident, shared by processes, or swapped out; 0 once it is gone. */
uint64_t own_memory_of(pid_t pid);

/* What tells them apart is an inode. 0, with errno, where it can't be looked at. */
uint32_t program_of(pid_t pid);
uint32_t mntns_of(pid_t pid);
uint32_t own_pidns(void);
