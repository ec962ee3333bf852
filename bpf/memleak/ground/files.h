/* Opening files that others have put where they lie: never what could hold us up. */
#pragma once

#include "ground/proc_maps.h"

/* A regular file, for reading; -1 with errno, ENXIO where it is of another kind: a FIFO would keep
 * us waiting, and devices do things when they are opened. */
int file_open(const char *path);
/* A process's root, which stays what it was when the process is gone; -1 with errno. */
int root_open(pid_t pid);
/* Likewise below such a root. */
int file_open_in(int root, const char *path);
/* Likewise, by a path in the process's own root, which no link leads out of. */
int file_open_below(pid_t pid, const char *path);
/*
 * The very file that a process has mapped, whatever lies under its name by now: a chroot, something
 * mounted over, one that was replaced, a name with a newline. Who lacks CAP_CHECKPOINT_RESTORE may
 * go by names only: what lies there is taken where it is the same device and inode. -1 with errno:
 * EACCES where that takes more than we may, ESTALE where another file lies under the name.
 */
int mapped_open(pid_t pid, const struct mapped *mapped);
