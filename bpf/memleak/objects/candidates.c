/* The files that a process has mapped to run them, each opened and looked into. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "ground/proc_maps.h"
#include "objects/candidates.h"

#define MAX_CANDIDATES 512
#define MAX_MAPPINGS 8192
#define OVERLAYFS_MAGIC 0x794c7630

static void keep_mapping(struct candidates *candidates, const struct mapped *mapped)
{
	struct file_mapping *mapping = &candidates->mappings[candidates->mapping_count];

	if (candidates->mapping_count == MAX_MAPPINGS || !(mapping->name = strdup(mapped->name)))
		return;
	mapping->start = mapped->start;
	mapping->end = mapped->end;
	candidates->mapping_count++;
}

/* Which file it is, whatever it is called; false where that can't be told. */
static bool identify(struct object *object, int fd)
{
	struct stat st;
	struct statfs fs;

	if (fstat(fd, &st))
		return false;
	object->device = st.st_dev;
	object->inode = st.st_ino;
	object->size = st.st_size;
	object->changed = st.st_mtim;
	object->overlay = fstatfs(fd, &fs) == 0 && fs.f_type == OVERLAYFS_MAGIC;
	return true;
}

static bool listed(const struct candidates *candidates, const struct object *object)
{
	for (int i = 0; i < candidates->count; i++)
		if (candidates->list[i].object.device == object->device &&
		    candidates->list[i].object.inode == object->inode)
			return true;
	return false;
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool is_libc(const char *base)
{
	return begins(base, "libc.so") || begins(base, "libc-2") || begins(base, "ld-musl");
}

/* True where the file is one more candidate. */
static bool consider(struct candidates *candidates, struct candidate *c)
{
	const char *name = c->object.name;

	c->fd = open(c->object.path, O_RDONLY | O_CLOEXEC);
	if (c->fd < 0) {
		const struct candidate *before = candidates->count ? c - 1 : NULL;
		c->refused = errno == EACCES || errno == EPERM;
		return c->refused && !(before && strcmp(before->object.name, name) == 0);
	}
	/* The loader has a malloc for itself, until libc's is there. */
	if (!identify(&c->object, c->fd) || listed(candidates, &c->object) ||
	    begins(base_name(name), "ld-linux")) {
		close(c->fd);
		return false;
	}
	c->is_libc = is_libc(base_name(name));
	c->elf = elf_begin(c->fd, ELF_C_READ_MMAP, NULL);
	functions_look(c->elf, &c->defined);
	return true;
}

bool candidates_read(struct candidates *candidates, pid_t pid)
{
	char path[64], program[4096] = "";
	struct mapped mapped;

	*candidates = (struct candidates){
		.list = calloc(MAX_CANDIDATES, sizeof(*candidates->list)),
		.mappings = calloc(MAX_MAPPINGS, sizeof(*candidates->mappings)),
	};
	if (!candidates->list || !candidates->mappings) {
		free(candidates->list);
		free(candidates->mappings);
		return false;
	}
	elf_version(EV_CURRENT);
	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	candidates->hidden = readlink(path, program, sizeof(program) - 1) < 0;
	struct proc_maps maps = proc_maps_open(pid);
	while (candidates->count < MAX_CANDIDATES && proc_maps_next(&maps, &mapped)) {
		struct candidate *c = &candidates->list[candidates->count];
		if (!mapped_a_file(&mapped))
			continue;
		keep_mapping(candidates, &mapped);
		if (!mapped.executable)
			continue;
		c->is_program = strcmp(mapped.name, program) == 0;
		mapped_path(pid, &mapped, c->object.path, sizeof(c->object.path));
		snprintf(c->object.name, sizeof(c->object.name), "%s", mapped.name);
		if (consider(candidates, c))
			candidates->count++;
		else
			memset(c, 0, sizeof(*c));
	}
	proc_maps_close(&maps);
	return true;
}

struct candidate *candidate_at(const struct candidates *candidates, uint64_t address)
{
	for (int i = 0; i < candidates->mapping_count; i++) {
		const struct file_mapping *mapping = &candidates->mappings[i];
		if (address < mapping->start || address >= mapping->end)
			continue;
		for (int c = 0; c < candidates->count; c++)
			if (strcmp(candidates->list[c].object.name, mapping->name) == 0)
				return &candidates->list[c];
	}
	return NULL;
}

void candidates_free(struct candidates *candidates)
{
	for (int i = 0; i < candidates->count; i++) {
		elf_end(candidates->list[i].elf);
		if (candidates->list[i].fd >= 0)
			close(candidates->list[i].fd);
	}
	for (int i = 0; i < candidates->mapping_count; i++)
		free(candidates->mappings[i].name);
	free(candidates->mappings);
	free(candidates->list);
}
