#include <inttypes.h>
#include <string.h>

#include "ground/proc_maps.h"

struct proc_maps proc_maps_open(pid_t pid)
{
	struct proc_maps maps;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps.file = fopen(path, "re");
	return maps;
}

bool proc_maps_next(struct proc_maps *maps, struct mapped *into)
{
	while (maps->file && fgets(maps->line, sizeof(maps->line), maps->file)) {
		char flags[8];
		int name = 0;
		if (sscanf(maps->line, "%" SCNx64 "-%" SCNx64 " %7s %" SCNx64 " %*s %" SCNu64 " %n",
			   &into->start, &into->end, flags, &into->offset, &into->inode,
			   &name) != 5 ||
		    !name)
			continue;
		into->executable = flags[2] == 'x';
		into->name = maps->line + name;
		into->name[strcspn(into->name, "\n")] = '\0';
		return true;
	}
	return false;
}

void proc_maps_close(struct proc_maps *maps)
{
	if (maps->file)
		fclose(maps->file);
	maps->file = NULL;
}

bool mapped_a_file(const struct mapped *mapped)
{
	return mapped->inode && mapped->name[0] == '/';
}

void mapped_path(pid_t pid, const struct mapped *mapped, char *into, size_t room)
{
	if (strstr(mapped->name, DELETED))
		snprintf(into, room, "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, pid, mapped->start,
			 mapped->end);
	else
		snprintf(into, room, "/proc/%d/root%s", pid, mapped->name);
}

const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
