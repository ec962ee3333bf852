/* Which files hold the malloc that a process really calls, and where in them its functions lie. */
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "loader.h"

static const struct {
	const char *name;
	enum kind kind;
} FUNCTIONS[] = {
	{ "free", 0 },
	{ "cfree", 0 },
	{ "realloc", KIND_REALLOC },
	{ "reallocarray", KIND_REALLOCARRAY },
	{ "calloc", KIND_CALLOC },
	{ "posix_memalign", KIND_POSIX },
	{ "aligned_alloc", KIND_ALIGNED },
	{ "memalign", KIND_ALIGNED },
	{ "valloc", KIND_SIZED },
	{ "pvalloc", KIND_SIZED },
	{ "malloc", KIND_MALLOC },
	/* Of C++'s new the entry alone: it may throw, and an exception can't be unwound through a
	   return that is probed. */
	{ "_Znwm", KIND_NEW },
	{ "_Znam", KIND_NEW },
	{ "_ZnwmRKSt9nothrow_t", KIND_NEW },
	{ "_ZnamRKSt9nothrow_t", KIND_NEW },
	{ "_ZnwmSt11align_val_t", KIND_NEW },
	{ "_ZnamSt11align_val_t", KIND_NEW },
	{ "_ZnwmSt11align_val_tRKSt9nothrow_t", KIND_NEW },
	{ "_ZnamSt11align_val_tRKSt9nothrow_t", KIND_NEW },
};
#define FUNCTION_COUNT (sizeof(FUNCTIONS) / sizeof(FUNCTIONS[0]))
#define OVERLAYFS_MAGIC 0x794c7630
#define OF_FREE 0
#define OF_MALLOC 10
#define OF_NEW 11

/* Allocators that have C++'s new go its own way, by functions that only they have. */
static const char *const ALLOCATORS[] = { "tc_malloc", "mallocx", "nallocx", "mi_malloc" };

struct found {
	bool allocator;
	uint64_t address[FUNCTION_COUNT];
	uint64_t size[FUNCTION_COUNT];
};

static void scan(Elf *elf, Elf_Scn *section, const GElf_Shdr *header, struct found *found)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t count = header->sh_entsize ? header->sh_size / header->sh_entsize : 0;

	for (size_t i = 0; data && i < count; i++) {
		GElf_Sym symbol;
		if (!gelf_getsym(data, (int)i, &symbol) || GELF_ST_TYPE(symbol.st_info) != STT_FUNC)
			continue;
		if (symbol.st_shndx == SHN_UNDEF || symbol.st_value == 0)
			continue;
		const char *name = elf_strptr(elf, header->sh_link, symbol.st_name);
		for (size_t a = 0; name && a < sizeof(ALLOCATORS) / sizeof(ALLOCATORS[0]); a++)
			found->allocator |= strcmp(name, ALLOCATORS[a]) == 0;
		for (size_t f = 0; name && f < FUNCTION_COUNT; f++)
			if (!found->address[f] && strcmp(name, FUNCTIONS[f].name) == 0) {
				found->address[f] = symbol.st_value;
				found->size[f] = symbol.st_size;
			}
	}
}

/* Where an address of the loaded image lies in the file. */
static bool in_file(Elf *elf, uint64_t address, uint64_t *offset)
{
	size_t count = 0;

	if (elf_getphdrnum(elf, &count))
		return false;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr segment;
		if (!gelf_getphdr(elf, (int)i, &segment) || segment.p_type != PT_LOAD ||
		    !(segment.p_flags & PF_X))
			continue;
		if (address >= segment.p_vaddr && address < segment.p_vaddr + segment.p_filesz) {
			*offset = address - segment.p_vaddr + segment.p_offset;
			return true;
		}
	}
	return false;
}

static void add_point(struct object *object, int fd, Elf *elf, const struct found *found, size_t f)
{
	uint8_t code[512];
	uint64_t offset;
	struct point point = { .function = FUNCTIONS[f].name, .kind = FUNCTIONS[f].kind };

	if (!found->address[f] || !in_file(elf, found->address[f], &offset) ||
	    object->point_count >= MAX_POINTS)
		return;
	size_t size =
		found->size[f] && found->size[f] < sizeof(code) ? found->size[f] : sizeof(code);
	ssize_t got = pread(fd, code, size, (off_t)offset);
	/* At new's entry the stack is looked at, which must be as it was. */
	if (got > 0 && point.kind != KIND_NEW)
		point.skipped = probe_offset(code, (size_t)got);
	point.offset = offset + point.skipped;
	/* Two names of one function are one probe. */
	for (int i = 0; i < object->point_count; i++)
		if (object->points[i].offset == point.offset)
			return;
	object->points[object->point_count++] = point;
}

/* A file mapped by the process, with what it defines. */
struct candidate {
	struct object object;
	struct found found;
	int fd;
	Elf *elf;
	bool is_program, is_libc;
	bool refused; /* it can't be opened: what it defines is not known */
};

static void look(struct candidate *candidate)
{
	Elf_Scn *section = NULL;

	candidate->elf = elf_begin(candidate->fd, ELF_C_READ_MMAP, NULL);
	/* Of a program of 32 bits, arguments lie elsewhere. */
	if (!candidate->elf || elf_kind(candidate->elf) != ELF_K_ELF ||
	    gelf_getclass(candidate->elf) != ELFCLASS64)
		return;
	while ((section = elf_nextscn(candidate->elf, section))) {
		GElf_Shdr header;
		if (gelf_getshdr(section, &header) &&
		    (header.sh_type == SHT_DYNSYM || header.sh_type == SHT_SYMTAB))
			scan(candidate->elf, section, &header, &candidate->found);
	}
}

static const char *base(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static bool defines(const struct candidate *c)
{
	return c->found.address[OF_MALLOC] && c->found.address[OF_FREE];
}

static bool defines_new(const struct candidate *c)
{
	return c->found.address[OF_NEW];
}

static bool peek(pid_t pid, uint64_t address, void *into, size_t size)
{
	struct iovec here = { .iov_base = into, .iov_len = size };
	struct iovec there = { .iov_base = (void *)(uintptr_t)address, .iov_len = size };

	return process_vm_readv(pid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

/* Where the dynamic linker keeps its list of what it has loaded; 0 where there is none: a static
 * program, or one that begins. */
static uint64_t link_maps(pid_t pid)
{
	char path[64];
	ElfW(auxv_t) entry;
	ElfW(Phdr) segment;
	ElfW(Dyn) dynamic;
	struct r_debug debug;
	uint64_t headers = 0, count = 0, bias = 0, at = 0;

	snprintf(path, sizeof(path), "/proc/%d/auxv", pid);
	FILE *auxv = fopen(path, "re");
	while (auxv && fread(&entry, sizeof(entry), 1, auxv) == 1) {
		if (entry.a_type == AT_PHDR)
			headers = entry.a_un.a_val;
		if (entry.a_type == AT_PHNUM)
			count = entry.a_un.a_val;
	}
	if (auxv)
		fclose(auxv);
	for (uint64_t i = 0; headers && i < count && i < 64; i++) {
		if (!peek(pid, headers + i * sizeof(segment), &segment, sizeof(segment)))
			return 0;
		if (segment.p_type == PT_PHDR)
			bias = headers - segment.p_vaddr;
		if (segment.p_type == PT_DYNAMIC)
			at = segment.p_vaddr;
	}
	for (int i = 0; at && i < 256; i++) {
		if (!peek(pid, bias + at + (uint64_t)i * sizeof(dynamic), &dynamic,
			  sizeof(dynamic)) ||
		    dynamic.d_tag == DT_NULL)
			return 0;
		if (dynamic.d_tag == DT_DEBUG)
			return dynamic.d_un.d_ptr &&
					       peek(pid, dynamic.d_un.d_ptr, &debug, sizeof(debug))
				       ? (uint64_t)(uintptr_t)debug.r_map
				       : 0;
	}
	return 0;
}

/* A mapping of a file; `name` as /proc/PID/maps has it. */
struct mapping {
	unsigned long start, end;
	char *name;
};

static struct candidate *owner(struct candidate *list, int count, const struct mapping *mappings,
			       int mapped, uint64_t address)
{
	for (int i = 0; i < mapped; i++) {
		if (address < mappings[i].start || address >= mappings[i].end)
			continue;
		for (int c = 0; c < count; c++)
			if (strcmp(list[c].object.name, mappings[i].name) == 0)
				return &list[c];
	}
	return NULL;
}

/*
 * Of several that define malloc (an allocator's library, a preload, libc), the one that calls are
 * bound to: the first in the dynamic linker's own order. Where that can't be read: the program
 * itself, then what is not libc.
 */
static struct candidate *choose(pid_t pid, struct candidate *list, int count,
				const struct mapping *mappings, int mapped,
				bool (*wanted)(const struct candidate *))
{
	struct candidate *best = NULL;
	struct link_map link;
	int steps = 0;

	for (uint64_t at = link_maps(pid); at && steps < 1024 && peek(pid, at, &link, sizeof(link));
	     steps++) {
		struct candidate *c =
			owner(list, count, mappings, mapped, (uint64_t)(uintptr_t)link.l_ld);
		if (c && (c->refused || wanted(c)))
			return c;
		at = (uint64_t)(uintptr_t)link.l_next;
	}
	for (int i = 0; i < count; i++) {
		struct candidate *c = &list[i];
		if (c->is_program && (c->refused || wanted(c)))
			return c;
		if (!wanted(c))
			continue;
		if (!best || (best->is_libc && !c->is_libc))
			best = c;
	}
	return best;
}

/*
 * Containers of one image have file systems of their own over one file, which is where probes go: a
 * second one there would count each block twice.
 */
static bool same_file(const struct object *one, const struct object *other)
{
	if (one->device == other->device)
		return one->inode == other->inode;
	return one->overlay && other->overlay && one->inode == other->inode &&
	       one->size == other->size && one->changed_s == other->changed_s &&
	       one->changed_ns == other->changed_ns;
}

static struct object *known(struct objects *objects, const struct object *object)
{
	for (int i = 0; i < objects->count; i++)
		if (same_file(objects->list[i], object))
			return objects->list[i];
	return NULL;
}

/* The file's functions that hand out and take back memory, those of C++'s new, or both. */
static struct object *add(struct objects *objects, struct candidate *from, bool mallocs, bool news)
{
	struct object *object = known(objects, &from->object);

	if (!object) {
		if (objects->count == MAX_OBJECTS || !(object = calloc(1, sizeof(*object))))
			return NULL;
		*object = from->object;
		objects->list[objects->count++] = object;
	}
	if (object->attached)
		return object;
	for (size_t f = 0; f < FUNCTION_COUNT; f++)
		if (f < OF_NEW ? mallocs : news)
			add_point(object, from->fd, from->elf, &from->found, f);
	return object;
}

#define MAX_CANDIDATES 512
#define MAX_MAPPINGS 8192

int objects_find(struct objects *objects, pid_t pid)
{
	char path[64], line[4600], program[4096] = "";
	int count = 0, mapped = 0, failed = -1;
	struct candidate *list = calloc(MAX_CANDIDATES, sizeof(*list));
	struct mapping *mappings = calloc(MAX_MAPPINGS, sizeof(*mappings));

	if (!list || !mappings) {
		free(list);
		free(mappings);
		return -1;
	}
	elf_version(EV_CURRENT);
	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	ssize_t length = readlink(path, program, sizeof(program) - 1);
	program[length > 0 ? length : 0] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	FILE *maps = fopen(path, "re");
	/* Opening it is allowed to anybody, reading it isn't: then it is empty. */
	bool hidden = length < 0;
	while (maps && fgets(line, sizeof(line), maps) && count < MAX_CANDIDATES) {
		unsigned long start, end, inode;
		char flags[8];
		int at = 0;
		if (sscanf(line, "%lx-%lx %7s %*s %*s %lu %n", &start, &end, flags, &inode, &at) !=
			    4 ||
		    !at)
			continue;
		line[strcspn(line, "\n")] = '\0';
		if (inode == 0 || line[at] != '/')
			continue;
		if (mapped < MAX_MAPPINGS && (mappings[mapped].name = strdup(line + at))) {
			mappings[mapped].start = start;
			mappings[mapped++].end = end;
		}
		if (flags[2] != 'x')
			continue;
		struct candidate *c = &list[count];
		const char *name = line + at;
		char *gone = strstr(line + at, " (deleted)");
		c->is_program = strcmp(name, program) == 0;
		if (gone)
			/* An upgrade has replaced the file; the process still runs the old one. */
			snprintf(c->object.path, sizeof(c->object.path),
				 "/proc/%d/map_files/%lx-%lx", pid, start, end);
		else
			snprintf(c->object.path, sizeof(c->object.path), "/proc/%d/root%s", pid,
				 name);
		snprintf(c->object.name, sizeof(c->object.name), "%s", name);
		c->fd = open(c->object.path, O_RDONLY | O_CLOEXEC);
		if (c->fd < 0) {
			c->refused = errno == EACCES || errno == EPERM;
			if (c->refused &&
			    !(count > 0 && strcmp(list[count - 1].object.name, name) == 0))
				count++;
			else
				memset(c, 0, sizeof(*c));
			continue;
		}
		struct stat st;
		bool again = fstat(c->fd, &st) != 0;
		c->object.device = st.st_dev;
		c->object.inode = st.st_ino;
		c->object.size = st.st_size;
		c->object.changed_s = st.st_mtim.tv_sec;
		c->object.changed_ns = st.st_mtim.tv_nsec;
		struct statfs fs;
		c->object.overlay = fstatfs(c->fd, &fs) == 0 && fs.f_type == OVERLAYFS_MAGIC;
		for (int i = 0; i < count && !again; i++)
			again = list[i].object.device == st.st_dev &&
				list[i].object.inode == st.st_ino;
		/* The loader has a malloc for itself, until libc's is there. */
		if (again || strncmp(base(name), "ld-linux", 8) == 0) {
			close(c->fd);
			memset(c, 0, sizeof(*c));
			continue;
		}
		c->is_libc = strncmp(base(name), "libc.so", 7) == 0 ||
			     strncmp(base(name), "libc-2", 6) == 0 ||
			     strncmp(base(name), "ld-musl", 7) == 0;
		look(c);
		count++;
	}
	if (maps)
		fclose(maps);
	struct candidate *c = choose(pid, list, count, mappings, mapped, defines);
	struct candidate *cxx = c ? choose(pid, list, count, mappings, mapped, defines_new) : NULL;
	/* What comes first in the search can't be looked into: another one's malloc may not be the
	 * one that is called. */
	bool closed = c && c->refused;
	if (closed)
		c = NULL;
	if (cxx && cxx->refused)
		cxx = NULL;
	struct object *object = c ? add(objects, c, true, c == cxx && c->is_program) : NULL;
	if (object) {
		failed = 0;
		/* An allocator's own new goes to the allocator, and by no malloc that could be
		 * probed. */
		object->own_new |= c == cxx && (!c->is_program || c->found.allocator);
	}
	if (cxx && cxx != c)
		add(objects, cxx, false, true);
	for (int i = 0; i < count; i++) {
		elf_end(list[i].elf);
		if (list[i].fd >= 0)
			close(list[i].fd);
	}
	for (int i = 0; i < mapped; i++)
		free(mappings[i].name);
	free(mappings);
	free(list);
	return failed && hidden ? -2 : failed && closed ? -3 : failed;
}

void objects_free(struct objects *objects)
{
	for (int i = 0; i < objects->count; i++)
		free(objects->list[i]);
	objects->count = 0;
}
