#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "reach/kernel_held.h"

/* "tfd:        7 events:       19 data:     55d0c0de1234  pos:0 …" */
static void of_epoll(pid_t pid, const char *fd, pointer_fn *each, void *with)
{
	char path[320], line[256];
	uint64_t pointer;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%s", pid, fd);
	FILE *file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		const char *data = strstr(line, "data:");
		if (data && sscanf(data, "data: %" SCNx64, &pointer) == 1)
			each(with, pointer);
	}
	if (file)
		fclose(file);
}

/* "signal: 10/000055d0c0de1234" */
static void of_timers(pid_t pid, pointer_fn *each, void *with)
{
	char path[64], line[256];
	uint64_t pointer;

	snprintf(path, sizeof(path), "/proc/%d/timers", pid);
	FILE *file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "signal: %*d/%" SCNx64, &pointer) == 1)
			each(with, pointer);
	if (file)
		fclose(file);
}

void kernel_held(pid_t pid, pointer_fn *each, void *with)
{
	char path[320], target[32];
	struct dirent *entry;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	DIR *fds = opendir(path);
	while (fds && (entry = readdir(fds))) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%s", pid, entry->d_name);
		ssize_t length = readlink(path, target, sizeof(target) - 1);
		target[length > 0 ? length : 0] = '\0';
		if (strcmp(target, "anon_inode:[eventpoll]") == 0)
			of_epoll(pid, entry->d_name, each, with);
	}
	if (fds)
		closedir(fds);
	of_timers(pid, each, with);
}
