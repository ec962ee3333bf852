#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ground/process.h"

static FILE *open_file(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return fopen(path, "re");
}

void comm_of(pid_t pid, char *into, size_t room)
{
	FILE *file = open_file(pid, "comm");

	into[0] = '\0';
	if (!file)
		return;
	if (fgets(into, (int)room, file))
		into[strcspn(into, "\n")] = '\0';
	fclose(file);
}

uint64_t rss_of(pid_t pid)
{
	FILE *file = open_file(pid, "statm");
	uint64_t total, resident = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%" SCNu64 " %" SCNu64, &total, &resident) != 2)
		resident = 0;
	fclose(file);
	return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static uint32_t inode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (uint32_t)st.st_ino : 0;
}

uint32_t program_of(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	return inode_of(path);
}

uint32_t mntns_of(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
	return inode_of(path);
}

uint32_t own_pidns(void)
{
	return inode_of("/proc/self/ns/pid");
}
