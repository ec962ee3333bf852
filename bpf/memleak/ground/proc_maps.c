#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ground/proc_maps.h"

struct proc_maps proc_maps_open(pid_t pid)
{
	struct proc_maps maps = { 0 };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps.file = fopen(path, "re");
	return maps;
}

bool proc_maps_next(struct proc_maps *maps, struct mapped *into)
{
	/* A name may be of any length, and what lies far along in it is no line of its own. */
	while (maps->file && getline(&maps->line, &maps->room, maps->file) > 0) {
		char flags[8];
		int name = 0;
		if (sscanf(maps->line,
			   "%" SCNx64 "-%" SCNx64 " %7s %" SCNx64 " %" SCNx32 ":%" SCNx32
			   " %" SCNu64 " %n",
			   &into->start, &into->end, flags, &into->offset, &into->major,
			   &into->minor, &into->inode, &name) != 7 ||
		    !name)
			continue;
		into->readable = flags[0] == 'r';
		into->writable = flags[1] == 'w';
		into->executable = flags[2] == 'x';
		into->shared = flags[3] == 's';
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
	free(maps->line);
	*maps = (struct proc_maps){ 0 };
}

bool mapped_a_file(const struct mapped *mapped)
{
	return mapped->inode && mapped->name[0] == '/';
}

const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
