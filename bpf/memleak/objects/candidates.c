/* The files that a process has mapped to run them, each opened and looked into. */
#include <errno.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "ground/files.h"
#include "objects/candidates.h"

#define FIRST_ROOM 64
#define OVERLAYFS_MAGIC 0x794c7630

/* Room for one more; false where there is no memory for it. */
static bool more_room(void **list, int count, int *room, size_t each)
{
	if (count < *room)
		return true;
	int wanted = *room ? *room * 2 : FIRST_ROOM;
	void *grown = realloc(*list, (size_t)wanted * each);
	if (!grown)
		return false;
	*list = grown;
	*room = wanted;
	return true;
}

/* Which file it is, whatever it is called; false where that can't be told. */
static bool identify(struct object *object)
{
	struct stat st;
	struct statfs fs;

	if (fstat(object->fd, &st))
		return false;
	object->device = st.st_dev;
	object->inode = st.st_ino;
	object->size = st.st_size;
	object->changed = st.st_mtim;
	object->overlay = fstatfs(object->fd, &fs) == 0 && fs.f_type == OVERLAYFS_MAGIC;
	return true;
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* What a library calls itself, wherever it lies; its file's name where it doesn't. */
static const char *own_name(Elf *elf, const char *file)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	GElf_Dyn entry;

	while (elf && (section = elf_nextscn(elf, section))) {
		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_DYNAMIC)
			continue;
		Elf_Data *data = elf_getdata(section, NULL);
		for (int i = 0; data && gelf_getdyn(data, i, &entry); i++) {
			const char *name =
				entry.d_tag == DT_SONAME
					? elf_strptr(elf, header.sh_link, entry.d_un.d_val)
					: NULL;
			if (name)
				return name;
		}
	}
	return base_name(file);
}

static bool is_libc(const char *name)
{
	return begins(name, "libc.") || begins(name, "libc-2") || begins(name, "ld-musl");
}

/* glibc's, which has a malloc for itself until libc's is there. */
static bool is_loader(const char *name)
{
	return !is_libc(name) &&
	       (begins(name, "ld-") || begins(name, "ld64.") || begins(name, "ld."));
}

/* Looks into the open file, which stays open where it defines something. */
static void look(struct candidate *c)
{
	c->elf = elf_begin(c->object.fd, ELF_C_READ_MMAP, NULL);
	const char *name = own_name(c->elf, c->object.name);
	c->is_libc = is_libc(name);
	c->bits32 = c->is_program && c->elf && gelf_getclass(c->elf) == ELFCLASS32;
	if (!is_loader(name))
		functions_look(c->elf, c->is_program, &c->defined);
	if (defines_malloc(&c->defined) || defines_new(&c->defined))
		return;
	elf_end(c->elf);
	close(c->object.fd);
	c->elf = NULL;
	c->object.fd = -1;
}

/* The program itself; its inode is 0 where we may not look. */
static struct stat program_of_process(pid_t pid)
{
	char path[64];
	struct stat st = { 0 };

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	if (stat(path, &st))
		st = (struct stat){ 0 };
	return st;
}

static void candidate_free(struct candidate *c)
{
	elf_end(c->elf);
	object_close(&c->object);
	free(c);
}

/* The file of a mapping, opened and looked into; NULL where it is gone, or there is no memory. */
static struct candidate *candidate_new(pid_t pid, const struct mapped *mapped,
				       const struct stat *program)
{
	struct candidate *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->inode = mapped->inode;
	c->major = mapped->major;
	c->minor = mapped->minor;
	c->object.name = strdup(mapped->name);
	c->object.fd = mapped_open(pid, mapped);
	if (c->object.fd >= 0 && c->object.name && identify(&c->object)) {
		c->is_program =
			program->st_ino == c->object.inode && program->st_dev == c->object.device;
		look(c);
		return c;
	}
	c->refused = c->object.fd < 0 && (errno == EACCES || errno == EPERM || errno == ESTALE);
	c->is_program = program->st_ino == mapped->inode;
	if (c->refused && c->object.name)
		return c;
	candidate_free(c);
	return NULL;
}

/* One number on one device, and one name: file systems may give a number twice. */
static bool is_of(const struct candidate *c, const struct mapped *mapped)
{
	return c->inode == mapped->inode && c->major == mapped->major &&
	       c->minor == mapped->minor && strcmp(c->object.name, mapped->name) == 0;
}

/* Its place in the list, where it has one by now; below 0: none. */
static int place_of(struct candidates *candidates, pid_t pid, const struct mapped *mapped,
		    const struct stat *program)
{
	for (int i = candidates->count; i-- > 0;)
		if (is_of(candidates->list[i], mapped))
			return i;
	struct candidate *c = mapped->executable ? candidate_new(pid, mapped, program) : NULL;
	if (!c)
		return -1;
	candidates->bits32 |= c->bits32;
	candidates->list[candidates->count] = c;
	return candidates->count++;
}

/* False where there is no memory for it. */
static bool keep_mapping(struct candidates *candidates, pid_t pid, const struct mapped *mapped,
			 const struct stat *program)
{
	if (!more_room((void **)&candidates->mappings, candidates->mapping_count,
		       &candidates->mapping_room, sizeof(*candidates->mappings)) ||
	    !more_room((void **)&candidates->list, candidates->count, &candidates->room,
		       sizeof(struct candidate *)))
		return false;
	candidates->mappings[candidates->mapping_count++] =
		(struct file_mapping){ .start = mapped->start,
				       .end = mapped->end,
				       .candidate = place_of(candidates, pid, mapped, program) };
	return true;
}

bool candidates_read(struct candidates *candidates, pid_t pid)
{
	struct stat program = program_of_process(pid);
	struct mapped mapped;
	bool room = true;

	*candidates = (struct candidates){ .hidden = program.st_ino == 0 && errno != ENOENT };
	elf_version(EV_CURRENT);
	struct proc_maps maps = proc_maps_open(pid);
	while (room && proc_maps_next(&maps, &mapped))
		if (mapped_a_file(&mapped))
			room = keep_mapping(candidates, pid, &mapped, &program);
	proc_maps_close(&maps);
	if (!room)
		candidates_free(candidates);
	return room;
}

static int by_address(const void *key, const void *element)
{
	const uint64_t address = *(const uint64_t *)key;
	const struct file_mapping *mapping = element;

	return address < mapping->start ? -1 : address >= mapping->end;
}

struct candidate *candidate_at(const struct candidates *candidates, uint64_t address)
{
	const struct file_mapping *mapping =
		candidates->mapping_count
			? bsearch(&address, candidates->mappings, (size_t)candidates->mapping_count,
				  sizeof(*candidates->mappings), by_address)
			: NULL;

	return mapping && mapping->candidate >= 0 ? candidates->list[mapping->candidate] : NULL;
}

void candidates_free(struct candidates *candidates)
{
	for (int i = 0; i < candidates->count; i++)
		candidate_free(candidates->list[i]);
	free(candidates->mappings);
	free(candidates->list);
	*candidates = (struct candidates){ 0 };
}
