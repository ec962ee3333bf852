#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/process.h"
#include "run/find.h"

#define OPEN_LIST (O_RDONLY | O_CLOEXEC)
#define OPEN_BELOW (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

static void look_at(struct found *found, pid_t pid)
{
	enum objects_found what = objects_find(found->objects, pid, WAITS);

	if (what == OBJECTS_EARLY && !newcomers_add(found->newcomers, pid))
		what = objects_find(found->objects, pid, TAKES_WHAT_IS);
	if (what == OBJECTS_FOUND && !found->first)
		found->first = pid;
	found->count += what == OBJECTS_FOUND || what == OBJECTS_EARLY;
}

void find_in_mntns(struct found *found, uint32_t mntns)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	while (proc && (entry = readdir(proc))) {
		pid_t pid = atoi(entry->d_name);
		if (pid > 0 && mntns_of(pid) == mntns)
			look_at(found, pid);
	}
	if (proc)
		closedir(proc);
}

/* Takes the open file. */
static void find_listed(struct found *found, int file)
{
	FILE *list = file < 0 ? NULL : fdopen(file, "r");
	int pid;

	while (list && fscanf(list, "%d", &pid) == 1)
		if (pid > 0)
			look_at(found, pid);
	if (list)
		fclose(list);
}

/* Takes the open directory. */
static void find_below(struct found *found, int directory)
{
	DIR *entries = fdopendir(directory);
	struct dirent *entry;

	while (entries && (entry = readdir(entries))) {
		if (strcmp(entry->d_name, "cgroup.procs") == 0) {
			find_listed(found, openat(directory, entry->d_name, OPEN_LIST));
		} else if (entry->d_name[0] != '.') {
			int below = openat(directory, entry->d_name, OPEN_BELOW);
			if (below >= 0)
				find_below(found, below);
		}
	}
	if (entries)
		closedir(entries);
	else
		close(directory);
}

void find_in_cgroup(struct found *found, int directory)
{
	int own = openat(directory, ".", OPEN_BELOW);

	if (own >= 0)
		find_below(found, own);
}
