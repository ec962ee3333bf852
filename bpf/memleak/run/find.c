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

int find_in_mntns(struct objects *objects, uint32_t mntns, pid_t *first)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int found = 0;

	while (proc && (entry = readdir(proc))) {
		pid_t pid = atoi(entry->d_name);
		if (pid > 0 && mntns_of(pid) == mntns &&
		    objects_find(objects, pid) == OBJECTS_FOUND && found++ == 0)
			*first = pid;
	}
	if (proc)
		closedir(proc);
	return found;
}

/* Takes the open file. */
static int find_listed(struct objects *objects, int file)
{
	FILE *list = file < 0 ? NULL : fdopen(file, "r");
	int pid, found = 0;

	while (list && fscanf(list, "%d", &pid) == 1)
		if (pid > 0 && objects_find(objects, pid) == OBJECTS_FOUND)
			found++;
	if (list)
		fclose(list);
	return found;
}

/* Takes the open directory. */
static int find_below(struct objects *objects, int directory)
{
	DIR *entries = fdopendir(directory);
	struct dirent *entry;
	int found = 0;

	while (entries && (entry = readdir(entries))) {
		if (strcmp(entry->d_name, "cgroup.procs") == 0) {
			found += find_listed(objects, openat(directory, entry->d_name, OPEN_LIST));
		} else if (entry->d_name[0] != '.') {
			int below = openat(directory, entry->d_name, OPEN_BELOW);
			if (below >= 0)
				found += find_below(objects, below);
		}
	}
	if (entries)
		closedir(entries);
	else
		close(directory);
	return found;
}

int find_in_cgroup(struct objects *objects, int directory)
{
	int own = openat(directory, ".", OPEN_BELOW);

	return own < 0 ? 0 : find_below(objects, own);
}
