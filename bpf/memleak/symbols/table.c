/* The symbol tables of files, and of the debug files that belong to them. */
#include <gelf.h>
#include <libelf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ground/files.h"
#include "symbols/table.h"

#define MAX_SEGMENTS 16
/* So many names may start between an address and the function that holds it. */
#define NAMES_AT_ONE_PLACE 8

struct named {
	uint64_t start, size;
	char *name;
};

struct table {
	dev_t device;
	ino_t inode;
	struct named *list;
	size_t count, room;
	struct {
		uint64_t offset, size, address;
	} segments[MAX_SEGMENTS];
	int segment_count;
	struct table *next;
};

static struct table *tables;

static int by_start(const void *a, const void *b)
{
	const struct named *one = a, *other = b;
	if (one->start != other->start)
		return one->start < other->start ? -1 : 1;
	/* Of two names for one place the one with a size. */
	return one->size > other->size ? -1 : one->size < other->size;
}

static bool add(struct table *table, const GElf_Sym *symbol, const char *name)
{
	if (table->count == table->room) {
		size_t room = table->room ? table->room * 2 : 256;
		struct named *grown = realloc(table->list, room * sizeof(*grown));
		if (!grown)
			return false;
		table->list = grown;
		table->room = room;
	}
	char *copy = strdup(name);
	if (!copy)
		return false;
	table->list[table->count++] = (struct named){ symbol->st_value, symbol->st_size, copy };
	return true;
}

static bool is_function(const GElf_Sym *symbol)
{
	int type = GELF_ST_TYPE(symbol->st_info);

	return symbol->st_shndx != SHN_UNDEF && symbol->st_value &&
	       (type == STT_FUNC || type == STT_GNU_IFUNC);
}

static void read_symbols(Elf *elf, struct table *table)
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
			if (!gelf_getsym(data, (int)i, &symbol) || !is_function(&symbol))
				continue;
			const char *name = elf_strptr(elf, header.sh_link, symbol.st_name);
			if (name && *name && !add(table, &symbol, name))
				return;
		}
	}
}

/* Where a file's debug file lies below some root, by the file's build id. */
static bool debug_path(Elf *elf, char *into, size_t room)
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
		int at = snprintf(into, room, "/usr/lib/debug/.build-id/%02x/", id[0]);
		for (size_t i = 1; i < note.n_descsz; i++)
			at += snprintf(into + at, room - (size_t)at, "%02x", id[i]);
		snprintf(into + at, room - (size_t)at, ".debug");
		return true;
	}
	return false;
}

/* In the process's root, or in ours. */
static void read_debug_file(Elf *elf, pid_t pid, struct table *table)
{
	char below[160];

	if (!debug_path(elf, below, sizeof(below)))
		return;
	int fd = file_open_below(pid, below);
	if (fd < 0)
		fd = file_open(below);
	if (fd < 0)
		return;
	Elf *debug = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (debug)
		read_symbols(debug, table);
	elf_end(debug);
	close(fd);
}

static void read_segments(Elf *elf, struct table *table)
{
	size_t count = 0;

	elf_getphdrnum(elf, &count);
	for (size_t i = 0; i < count && table->segment_count < MAX_SEGMENTS; i++) {
		GElf_Phdr segment;
		if (!gelf_getphdr(elf, (int)i, &segment) || segment.p_type != PT_LOAD)
			continue;
		int n = table->segment_count++;
		table->segments[n].offset = segment.p_offset;
		table->segments[n].size = segment.p_filesz;
		table->segments[n].address = segment.p_vaddr;
	}
}

static struct table *table_read(int fd, const struct stat *st, pid_t pid)
{
	struct table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	elf_version(EV_CURRENT);
	Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (elf && elf_kind(elf) == ELF_K_ELF) {
		read_segments(elf, table);
		read_symbols(elf, table);
		read_debug_file(elf, pid, table);
		if (table->count)
			qsort(table->list, table->count, sizeof(*table->list), by_start);
	}
	elf_end(elf);
	table->device = st->st_dev;
	table->inode = st->st_ino;
	table->next = tables;
	tables = table;
	return table;
}

static struct table *table_known(const struct stat *st)
{
	for (struct table *t = tables; t; t = t->next)
		if (t->device == st->st_dev && t->inode == st->st_ino)
			return t;
	return NULL;
}

struct table *table_of(int fd, pid_t pid)
{
	struct table *table = NULL;
	struct stat st;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && !(table = table_known(&st)))
		table = table_read(fd, &st, pid);
	close(fd);
	return table;
}

static bool in_image(const struct table *table, uint64_t in_file, uint64_t *address)
{
	for (int i = 0; i < table->segment_count; i++) {
		uint64_t from = table->segments[i].offset;
		if (in_file >= from && in_file < from + table->segments[i].size) {
			*address = in_file - from + table->segments[i].address;
			return true;
		}
	}
	return false;
}

/* How many functions start at the address, or before it. */
static size_t started(const struct table *table, uint64_t address)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (table->list[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Several names may start there, and a small one may lie before the one that holds it. */
static const struct named *holding(const struct table *table, uint64_t address)
{
	const struct named *best = NULL;
	size_t count = started(table, address);

	for (size_t i = count; i-- > 0 && count - i <= NAMES_AT_ONE_PLACE;) {
		const struct named *named = &table->list[i];
		if (address < named->start + named->size && (!best || named->start == best->start))
			best = named;
		else if (best)
			break;
	}
	/* One without a size reaches to the next. */
	if (!best && count > 0 && table->list[count - 1].size == 0)
		best = &table->list[count - 1];
	return best;
}

const char *table_name(const struct table *table, uint64_t in_file, uint64_t *offset)
{
	uint64_t address;

	if (!in_image(table, in_file, &address))
		return NULL;
	const struct named *function = holding(table, address);
	if (!function)
		return NULL;
	*offset = address - function->start;
	return function->name;
}

void tables_free(void)
{
	while (tables) {
		struct table *table = tables;
		tables = table->next;
		for (size_t i = 0; i < table->count; i++)
			free(table->list[i].name);
		free(table->list);
		free(table);
	}
}
