/* What /proc says of a process. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Its name; empty once it is gone. */
void comm_of(pid_t pid, char *into, size_t room);
/* Resident bytes; 0 once it is gone. */
uint64_t rss_of(pid_t pid);

/* What tells them apart is an inode. 0, with errno, where it can't be looked at. */
uint32_t program_of(pid_t pid);
uint32_t mntns_of(pid_t pid);
uint32_t own_pidns(void);
