/* The symbol tables of files. libdwfl puts together what a file has in several places: its own
 * table, its debug file's, and the small one of .gnu_debugdata. */
#include <elfutils/libdwfl.h>
#include <gelf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ground/search.h"
#include "symbols/debug.h"
#include "symbols/table.h"

#define MAX_SEGMENTS 16
#define MOST_BUILD_ID 64

struct named {
	uint64_t start, size;
	uint64_t reach; /* where the furthest of those up to here ends */
	char *name;
};

struct table {
	struct stat file;
	int fd; /* below 0: it has been read */
	int root;
	char *path;
	struct names {
		struct named *list;
		size_t count, room;
	} functions, variables;
	struct {
		uint64_t offset, size, address;
	} segments[MAX_SEGMENTS], writable[MAX_SEGMENTS];
	int segment_count, writable_count;
	char build_id[2 * MOST_BUILD_ID + 1];
	struct table *next;
};

static struct table *tables;

static size_t underscores(const char *name)
{
	return strspn(name, "_");
}

/* Of several names for one place the one that holds most, then the plainest: strdup, not __strdup.
 */
static int by_start(const void *a, const void *b)
{
	const struct named *one = a, *other = b;

	if (one->start != other->start)
		return one->start < other->start ? -1 : 1;
	if (one->size != other->size)
		return one->size < other->size ? -1 : 1;
	if (underscores(one->name) != underscores(other->name))
		return underscores(one->name) > underscores(other->name) ? -1 : 1;
	return strcmp(other->name, one->name);
}

static bool add(struct names *names, uint64_t start, uint64_t size, const char *name)
{
	if (names->count == names->room) {
		size_t room = names->room ? names->room * 2 : 256;
		struct named *grown = realloc(names->list, room * sizeof(*grown));
		if (!grown)
			return false;
		names->list = grown;
		names->room = room;
	}
	char *copy = strdup(name);
	if (!copy)
		return false;
	names->list[names->count++] = (struct named){ .start = start, .size = size, .name = copy };
	return true;
}

static void sort(struct names *names)
{
	if (!names->count)
		return;
	qsort(names->list, names->count, sizeof(*names->list), by_start);
	for (size_t i = 0; i < names->count; i++) {
		uint64_t before = i ? names->list[i - 1].reach : 0;
		uint64_t end = names->list[i].start + names->list[i].size;
		names->list[i].reach = end > before ? end : before;
	}
}

static void read_symbols(Dwfl_Module *module, struct table *table)
{
	int count = dwfl_module_getsymtab(module);

	for (int i = 1; i < count; i++) {
		GElf_Sym symbol;
		GElf_Addr address;
		GElf_Word section = SHN_UNDEF;
		const char *name =
			dwfl_module_getsym_info(module, i, &symbol, &address, &section, NULL, NULL);
		int type = name ? GELF_ST_TYPE(symbol.st_info) : STT_NOTYPE;
		bool function = type == STT_FUNC || type == STT_GNU_IFUNC;
		if (section == SHN_UNDEF || !symbol.st_value || !*name ||
		    (!function && type != STT_OBJECT))
			continue;
		if (!add(function ? &table->functions : &table->variables, address, symbol.st_size,
			 name))
			break;
	}
	sort(&table->functions);
	sort(&table->variables);
}

static void read_segments(Elf *elf, struct table *table)
{
	size_t count = 0;

	if (elf_getphdrnum(elf, &count))
		return;
	for (size_t i = 0; i < count && table->segment_count < MAX_SEGMENTS; i++) {
		GElf_Phdr segment;
		if (!gelf_getphdr(elf, (int)i, &segment) || segment.p_type != PT_LOAD)
			continue;
		if (segment.p_flags & PF_W && table->writable_count < MAX_SEGMENTS) {
			int n = table->writable_count++;
			table->writable[n].address = segment.p_vaddr;
			table->writable[n].size = segment.p_memsz;
		}
		if (!(segment.p_flags & PF_X))
			continue;
		int n = table->segment_count++;
		table->segments[n].offset = segment.p_offset;
		table->segments[n].size = segment.p_filesz;
		table->segments[n].address = segment.p_vaddr;
	}
}

static void read_build_id(Elf *elf, struct table *table)
{
	const unsigned char *id;
	size_t size = build_id_of(elf, &id);

	for (size_t i = 0; i < size && i < MOST_BUILD_ID; i++)
		sprintf(table->build_id + 2 * i, "%02x", id[i]);
}

static int find_debug(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr base,
		      const char *file, const char *link, GElf_Word checksum, char **found)
{
	const struct table *table = *userdata;
	GElf_Addr bias;
	(void)name, (void)base, (void)file, (void)link, (void)checksum, (void)found;

	Elf *elf = dwfl_module_getelf(module, &bias);
	const struct debug_search search = { .path = table->path, .root = table->root };
	return elf ? debug_open(elf, &search) : -1;
}

static int no_other_file(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr base,
			 char **file, Elf **elf)
{
	(void)module, (void)userdata, (void)name, (void)base, (void)file, (void)elf;
	return -1;
}

static void read_module(Dwfl *dwfl, struct table *table)
{
	void **userdata;
	GElf_Addr bias;

	dwfl_report_begin(dwfl);
	/* Takes the file where it succeeds. At its own addresses: nothing is added. */
	Dwfl_Module *module = dwfl_report_elf(dwfl, "", table->path, table->fd, 0, true);
	if (module)
		table->fd = -1;
	dwfl_report_end(dwfl, NULL, NULL);
	if (!module)
		return;
	dwfl_module_info(module, &userdata, NULL, NULL, NULL, NULL, NULL, NULL);
	*userdata = table;
	Elf *elf = dwfl_module_getelf(module, &bias);
	if (!elf)
		return;
	read_segments(elf, table);
	read_build_id(elf, table);
	read_symbols(module, table);
}

/* Once: what is asked of a file that can't be read has no answer the second time either. */
static void read_once(struct table *table)
{
	static const Dwfl_Callbacks CALLBACKS = {
		.find_elf = no_other_file,
		.find_debuginfo = find_debug,
		.section_address = dwfl_offline_section_address,
	};

	if (table->fd < 0)
		return;
	Dwfl *dwfl = dwfl_begin(&CALLBACKS);
	if (dwfl)
		read_module(dwfl, table);
	dwfl_end(dwfl);
	if (table->fd >= 0)
		close(table->fd);
	if (table->root >= 0)
		close(table->root);
	table->fd = table->root = -1;
}

static struct table *table_known(const struct stat *file)
{
	for (struct table *t = tables; t; t = t->next)
		if (t->file.st_dev == file->st_dev && t->file.st_ino == file->st_ino &&
		    t->file.st_ctim.tv_sec == file->st_ctim.tv_sec &&
		    t->file.st_ctim.tv_nsec == file->st_ctim.tv_nsec)
			return t;
	return NULL;
}

struct table *table_of(int fd, const char *path, int root)
{
	struct stat file;

	if (fd < 0)
		return NULL;
	bool seen = fstat(fd, &file) == 0;
	struct table *table = seen ? table_known(&file) : NULL;
	if (table || !seen || !(table = calloc(1, sizeof(*table)))) {
		close(fd);
		return table;
	}
	table->file = file;
	table->fd = fd;
	table->root = root < 0 ? -1 : dup(root);
	table->path = strdup(path);
	table->next = tables;
	return tables = table;
}

bool table_address(struct table *table, uint64_t in_file, uint64_t *address)
{
	read_once(table);
	for (int i = 0; i < table->segment_count; i++) {
		uint64_t from = table->segments[i].offset;
		if (in_file >= from && in_file < from + table->segments[i].size) {
			*address = in_file - from + table->segments[i].address;
			return true;
		}
	}
	return false;
}

/* How many of them start at the address, or before it. */
static size_t started(const struct names *names, uint64_t address)
{
	return count_up_to(names->list, names->count, sizeof(*names->list),
			   offsetof(struct named, start), address);
}

static const struct named *name_at(const struct names *names, uint64_t address)
{
	for (size_t i = started(names, address); i-- > 0;) {
		const struct named *named = &names->list[i];
		if (address < named->start + named->size || address == named->start)
			return named;
		/* Nothing from here on reaches so far. */
		if (named->reach <= address)
			break;
	}
	return NULL;
}

const char *table_name(struct table *table, uint64_t address, uint64_t *offset)
{
	read_once(table);
	const struct named *named = name_at(&table->functions, address);
	if (!named)
		return NULL;
	*offset = address - named->start;
	return named->name;
}

const char *table_variable(struct table *table, uint64_t address, uint64_t *offset, uint64_t *bytes,
			   bool *writable)
{
	read_once(table);
	*writable = false;
	for (int i = 0; i < table->writable_count; i++)
		*writable |= address - table->writable[i].address < table->writable[i].size;
	const struct named *named = *writable ? name_at(&table->variables, address) : NULL;
	if (!named)
		return NULL;
	*offset = address - named->start;
	*bytes = named->size;
	return named->name;
}

const char *table_build_id(struct table *table)
{
	read_once(table);
	return table->build_id[0] ? table->build_id : NULL;
}

static void names_free(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->list[i].name);
	free(names->list);
}

void tables_free(void)
{
	while (tables) {
		struct table *table = tables;
		tables = table->next;
		names_free(&table->functions);
		names_free(&table->variables);
		if (table->fd >= 0)
			close(table->fd);
		if (table->root >= 0)
			close(table->root);
		free(table->path);
		free(table);
	}
}
