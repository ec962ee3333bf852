/* From addresses to names: the process's mappings, and the symbol tables of the files in them. */
#include <dlfcn.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loader.h"

struct named {
	uint64_t start, size;
	char *name;
};

/* A file's functions, sorted by address; shared by all processes that map it. */
struct table {
	dev_t device;
	ino_t inode;
	struct named *list;
	size_t count;
	struct {
		uint64_t offset, size, address;
	} segments[16];
	int segment_count;
	struct table *next;
};

struct mapping {
	uint64_t start, end, offset;
	char name[256];
	struct table *table;
};

struct process {
	pid_t pid;
	struct mapping *list;
	size_t count;
	struct process *next;
};

static struct table *tables;
static struct process *processes;

static int by_start(const void *a, const void *b)
{
	const struct named *one = a, *other = b;
	if (one->start != other->start)
		return one->start < other->start ? -1 : 1;
	/* Of two names for one place the one with a size. */
	return one->size > other->size ? -1 : one->size < other->size;
}

static void read_symbols(Elf *elf, struct table *table, size_t *room)
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(elf, section))) {
		GElf_Shdr header;
		if (!gelf_getshdr(section, &header) ||
		    (header.sh_type != SHT_SYMTAB && header.sh_type != SHT_DYNSYM) ||
		    !header.sh_entsize)
			continue;
		Elf_Data *data = elf_getdata(section, NULL);
		for (size_t i = 0; data && i < header.sh_size / header.sh_entsize; i++) {
			GElf_Sym symbol;
			if (!gelf_getsym(data, (int)i, &symbol) || symbol.st_shndx == SHN_UNDEF ||
			    !symbol.st_value)
				continue;
			int type = GELF_ST_TYPE(symbol.st_info);
			if (type != STT_FUNC && type != STT_GNU_IFUNC)
				continue;
			const char *name = elf_strptr(elf, header.sh_link, symbol.st_name);
			if (!name || !*name)
				continue;
			if (table->count == *room) {
				size_t more = *room ? *room * 2 : 256;
				struct named *grown = realloc(table->list, more * sizeof(*grown));
				if (!grown)
					return;
				table->list = grown;
				*room = more;
			}
			table->list[table->count++] =
				(struct named){ symbol.st_value, symbol.st_size, strdup(name) };
		}
	}
}

/* Debug files lie by build id, in the process's root or in ours. */
static void read_debug_file(Elf *elf, pid_t pid, struct table *table, size_t *room)
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(elf, section))) {
		GElf_Shdr header;
		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_NOTE)
			continue;
		Elf_Data *data = elf_getdata(section, NULL);
		GElf_Nhdr note;
		size_t name_at, desc_at;
		if (!data || !gelf_getnote(data, 0, &note, &name_at, &desc_at) ||
		    note.n_type != NT_GNU_BUILD_ID || note.n_descsz < 4 || note.n_descsz > 32)
			continue;
		const unsigned char *id = (const unsigned char *)data->d_buf + desc_at;
		char tail[160], path[256];
		int at = snprintf(tail, sizeof(tail), "/usr/lib/debug/.build-id/%02x/", id[0]);
		for (size_t i = 1; i < note.n_descsz; i++)
			at += snprintf(tail + at, sizeof(tail) - (size_t)at, "%02x", id[i]);
		snprintf(tail + at, sizeof(tail) - (size_t)at, ".debug");
		for (int own = 0; own < 2; own++) {
			if (own)
				snprintf(path, sizeof(path), "%s", tail);
			else
				snprintf(path, sizeof(path), "/proc/%d/root%s", pid, tail);
			int fd = open(path, O_RDONLY | O_CLOEXEC);
			if (fd < 0)
				continue;
			Elf *debug = elf_begin(fd, ELF_C_READ_MMAP, NULL);
			if (debug)
				read_symbols(debug, table, room);
			elf_end(debug);
			close(fd);
			return;
		}
	}
}

static struct table *table_of(const char *path, pid_t pid)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st)) {
		close(fd);
		return NULL;
	}
	for (struct table *t = tables; t; t = t->next)
		if (t->device == st.st_dev && t->inode == st.st_ino) {
			close(fd);
			return t;
		}
	struct table *table = calloc(1, sizeof(*table));
	Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (table && elf && elf_kind(elf) == ELF_K_ELF) {
		size_t count = 0, room = 0;
		elf_getphdrnum(elf, &count);
		for (size_t i = 0; i < count && table->segment_count < 16; i++) {
			GElf_Phdr segment;
			if (!gelf_getphdr(elf, (int)i, &segment) || segment.p_type != PT_LOAD)
				continue;
			int n = table->segment_count++;
			table->segments[n].offset = segment.p_offset;
			table->segments[n].size = segment.p_filesz;
			table->segments[n].address = segment.p_vaddr;
		}
		read_symbols(elf, table, &room);
		read_debug_file(elf, pid, table, &room);
		if (table->count)
			qsort(table->list, table->count, sizeof(*table->list), by_start);
	}
	elf_end(elf);
	close(fd);
	if (table) {
		table->device = st.st_dev;
		table->inode = st.st_ino;
		table->next = tables;
		tables = table;
	}
	return table;
}

static struct process *process_of(pid_t pid, bool fresh)
{
	struct process *process;
	char path[64], line[4600];

	for (process = processes; process; process = process->next)
		if (process->pid == pid)
			break;
	if (process && !fresh)
		return process;
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	FILE *maps = fopen(path, "re");
	if (!maps)
		return process;
	if (!process) {
		process = calloc(1, sizeof(*process));
		if (!process) {
			fclose(maps);
			return NULL;
		}
		process->pid = pid;
		process->next = processes;
		processes = process;
	}
	size_t room = 0, count = 0;
	struct mapping *list = NULL;
	while (fgets(line, sizeof(line), maps)) {
		unsigned long start, end, offset, inode;
		char flags[8];
		int at = 0;
		if (sscanf(line, "%lx-%lx %7s %lx %*s %lu %n", &start, &end, flags, &offset, &inode,
			   &at) != 5 ||
		    !at || flags[2] != 'x')
			continue;
		line[strcspn(line, "\n")] = '\0';
		if (count == room) {
			size_t more = room ? room * 2 : 32;
			struct mapping *grown = realloc(list, more * sizeof(*grown));
			if (!grown)
				break;
			list = grown;
			room = more;
		}
		struct mapping *m = &list[count++];
		*m = (struct mapping){ .start = start, .end = end, .offset = offset };
		char *name = line + at, *gone = strstr(name, " (deleted)");
		char file[4700];
		if (gone) {
			snprintf(file, sizeof(file), "/proc/%d/map_files/%lx-%lx", pid, start, end);
			*gone = '\0';
		} else {
			snprintf(file, sizeof(file), "/proc/%d/root%s", pid, name);
		}
		const char *slash = strrchr(name, '/');
		snprintf(m->name, sizeof(m->name), "%s", slash ? slash + 1 : name);
		if (inode && name[0] == '/')
			m->table = table_of(file, pid);
	}
	fclose(maps);
	/* One that has just ended leaves what was known of it. */
	if (count || !process->list) {
		free(process->list);
		process->list = list;
		process->count = count;
	} else {
		free(list);
	}
	return process;
}

static char *demangle(const char *name)
{
	static char *(*call)(const char *, char *, size_t *, int *);
	static bool tried;
	int status = -1;

	if (!tried) {
		tried = true;
		void *library = dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_LOCAL);
		if (library)
			*(void **)&call = dlsym(library, "__cxa_demangle");
	}
	if (!call || strncmp(name, "_Z", 2) != 0)
		return NULL;
	char *plain = call(name, NULL, NULL, &status);
	return status == 0 ? plain : NULL;
}

static const struct mapping *mapping_at(const struct process *process, uint64_t address)
{
	for (size_t i = 0; process && i < process->count; i++)
		if (address >= process->list[i].start && address < process->list[i].end)
			return &process->list[i];
	return NULL;
}

void symbol_of(pid_t pid, uint64_t address, bool caller, struct frame *into)
{
	/* A caller's address is that of the instruction after the call, which may be the next
	 * function's first. */
	uint64_t look_at = caller ? address - 1 : address;
	const struct mapping *mapping = mapping_at(process_of(pid, false), look_at);

	memset(into, 0, sizeof(*into));
	if (!mapping)
		mapping = mapping_at(process_of(pid, true), look_at);
	if (!mapping)
		return;
	snprintf(into->module, sizeof(into->module), "%s", mapping->name);
	if (!mapping->table)
		return;
	uint64_t in_file = look_at - mapping->start + mapping->offset, in_image = 0;
	bool inside = false;
	for (int i = 0; i < mapping->table->segment_count && !inside; i++) {
		uint64_t from = mapping->table->segments[i].offset;
		inside = in_file >= from && in_file < from + mapping->table->segments[i].size;
		if (inside)
			in_image = in_file - from + mapping->table->segments[i].address;
	}
	if (!inside)
		return;
	size_t low = 0, high = mapping->table->count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (mapping->table->list[middle].start <= in_image)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return;
	/* Several names may start there, and a small one may lie in front of the one that holds the
	 * address. */
	const struct named *best = NULL;
	for (size_t i = low; i-- > 0 && low - i <= 8;) {
		const struct named *named = &mapping->table->list[i];
		if (in_image < named->start + named->size && (!best || named->start == best->start))
			best = named;
		else if (best)
			break;
	}
	if (!best && mapping->table->list[low - 1].size == 0)
		best = &mapping->table->list[low - 1];
	if (!best)
		return;
	char *plain = demangle(best->name);
	snprintf(into->symbol, sizeof(into->symbol), "%s", plain ? plain : best->name);
	free(plain);
	into->offset = in_image - best->start + (caller ? 1 : 0);
}

void symbols_forget(pid_t pid)
{
	for (struct process **at = &processes; *at; at = &(*at)->next)
		if ((*at)->pid == pid) {
			struct process *gone = *at;
			*at = gone->next;
			free(gone->list);
			free(gone);
			return;
		}
}

void symbols_free(void)
{
	while (processes)
		symbols_forget(processes->pid);
	while (tables) {
		struct table *table = tables;
		tables = table->next;
		for (size_t i = 0; i < table->count; i++)
			free(table->list[i].name);
		free(table->list);
		free(table);
	}
}
