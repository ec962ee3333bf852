/* The functions that are probed, as symbol tables have them. */
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "objects/code.h"
#include "objects/decode.h"
#include "objects/functions.h"

/* What functions are probed for. */
enum family {
	MALLOC,
	NEW, /* C++'s; of an allocator that has it go its own way, with DELETE */
	DELETE,
	COPIES, /* what hands its caller memory that it has asked malloc for */
};

static const struct {
	const char *name;
	enum kind kind;
	enum family of;
} FUNCTIONS[] = {
	{ "free", 0, MALLOC },
	{ "cfree", 0, MALLOC },
	{ "realloc", KIND_REALLOC, MALLOC },
	{ "reallocarray", KIND_REALLOCARRAY, MALLOC },
	{ "calloc", KIND_CALLOC, MALLOC },
	{ "posix_memalign", KIND_POSIX, MALLOC },
	{ "aligned_alloc", KIND_ALIGNED, MALLOC },
	{ "memalign", KIND_ALIGNED, MALLOC },
	{ "valloc", KIND_SIZED, MALLOC },
	{ "pvalloc", KIND_SIZED, MALLOC },
	{ "malloc", KIND_MALLOC, MALLOC },
	/* Of these the entry alone: who called is of interest, and new may throw. */
	{ "_Znwm", KIND_NEW, NEW },
	{ "_Znam", KIND_NEW, NEW },
	{ "_ZnwmRKSt9nothrow_t", KIND_NEW, NEW },
	{ "_ZnamRKSt9nothrow_t", KIND_NEW, NEW },
	{ "_ZnwmSt11align_val_t", KIND_NEW, NEW },
	{ "_ZnamSt11align_val_t", KIND_NEW, NEW },
	{ "_ZnwmSt11align_val_tRKSt9nothrow_t", KIND_NEW, NEW },
	{ "_ZnamSt11align_val_tRKSt9nothrow_t", KIND_NEW, NEW },
	{ "_ZdlPv", 0, DELETE },
	{ "_ZdaPv", 0, DELETE },
	{ "_ZdlPvm", 0, DELETE },
	{ "_ZdaPvm", 0, DELETE },
	{ "_ZdlPvRKSt9nothrow_t", 0, DELETE },
	{ "_ZdaPvRKSt9nothrow_t", 0, DELETE },
	{ "_ZdlPvSt11align_val_t", 0, DELETE },
	{ "_ZdaPvSt11align_val_t", 0, DELETE },
	{ "_ZdlPvmSt11align_val_t", 0, DELETE },
	{ "_ZdaPvmSt11align_val_t", 0, DELETE },
	{ "_ZdlPvSt11align_val_tRKSt9nothrow_t", 0, DELETE },
	{ "_ZdaPvSt11align_val_tRKSt9nothrow_t", 0, DELETE },
	{ "strdup", KIND_NEW, COPIES },
	{ "strndup", KIND_NEW, COPIES },
	{ "wcsdup", KIND_NEW, COPIES },
	{ "asprintf", KIND_COPY_FAR, COPIES },
	{ "__asprintf_chk", KIND_COPY_FAR, COPIES },
	{ "vasprintf", KIND_COPY_FAR, COPIES },
	{ "__vasprintf_chk", KIND_COPY_FAR, COPIES },
	{ "getline", KIND_COPY_FAR, COPIES },
	{ "getdelim", KIND_COPY_FAR, COPIES },
	{ "open_memstream", KIND_COPY_FAR, COPIES },
	{ "fopen", KIND_COPY_FAR, COPIES },
	{ "fopen64", KIND_COPY_FAR, COPIES },
	{ "fdopen", KIND_COPY_FAR, COPIES },
	{ "opendir", KIND_COPY_FAR, COPIES },
	{ "scandir", KIND_COPY_FAR, COPIES },
	{ "scandir64", KIND_COPY_FAR, COPIES },
	{ "realpath", KIND_COPY_FAR, COPIES },
	{ "__realpath_chk", KIND_COPY_FAR, COPIES },
	{ "getcwd", KIND_COPY_FAR, COPIES },
	{ "regcomp", KIND_COPY_FAR, COPIES },
	{ "getaddrinfo", KIND_COPY_FAR, COPIES },
};
#define FUNCTION_COUNT (sizeof(FUNCTIONS) / sizeof(FUNCTIONS[0]))
_Static_assert(FUNCTION_COUNT <= MAX_FUNCTIONS, "struct defined has room for all of them");
enum { OF_FREE = 0, OF_MALLOC = 10, OF_NEW = 11, OF_STRDUP = 31 };

/* Allocators that have C++'s new go its own way, by functions that only they have. */
static const char *const ALLOCATORS[] = { "tc_malloc", "mallocx", "nallocx", "mi_malloc" };

/* Heaps that take their memory from the kernel, and how each is known. */
static const struct {
	const char *function, *heap;
} HEAPS[] = {
	{ "runtime.mallocgc", "Go" },
	{ "JNI_CreateJavaVM", "Java" },
	{ "PyObject_Malloc", "Python" },
	{ "_ZN2v87Isolate8AllocateEv", "V8" },
};

/* jemalloc under a prefix that whoever built it chose: je_mallocx, _rjem_mallocx. */
static bool prefixed(const char *name)
{
	size_t length = strlen(name);

	return length > 7 && strcmp(name + length - 7, "mallocx") == 0;
}

static void note_heap(struct defined *into, const char *name)
{
	if (into->heap[0])
		return;
	if (prefixed(name))
		snprintf(into->heap, sizeof(into->heap), "%s", name);
	for (size_t h = 0; h < sizeof(HEAPS) / sizeof(HEAPS[0]); h++)
		if (strcmp(name, HEAPS[h].function) == 0)
			snprintf(into->heap, sizeof(into->heap), "%s", HEAPS[h].heap);
}

static void note(struct defined *into, const char *name, const GElf_Sym *symbol)
{
	for (size_t a = 0; a < sizeof(ALLOCATORS) / sizeof(ALLOCATORS[0]); a++)
		into->allocator |= strcmp(name, ALLOCATORS[a]) == 0;
	for (size_t f = 0; f < FUNCTION_COUNT; f++)
		if (!into->address[f] && strcmp(name, FUNCTIONS[f].name) == 0) {
			into->address[f] = symbol->st_value;
			into->size[f] = symbol->st_size;
		}
}

/* In a program's own table what is hidden is hidden from libraries alone: so glibc's malloc in a
 * static program. */
static bool for_others(const GElf_Sym *symbol, bool own_table)
{
	int seen = GELF_ST_VISIBILITY(symbol->st_other);

	return GELF_ST_BIND(symbol->st_info) != STB_LOCAL &&
	       (own_table || (seen != STV_HIDDEN && seen != STV_INTERNAL));
}

static void scan(Elf *elf, Elf_Scn *section, const GElf_Shdr *header, struct defined *into)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t count = header->sh_entsize ? header->sh_size / header->sh_entsize : 0;

	for (size_t i = 0; data && i < count; i++) {
		GElf_Sym symbol;
		if (!gelf_getsym(data, (int)i, &symbol) || GELF_ST_TYPE(symbol.st_info) != STT_FUNC)
			continue;
		const char *name = elf_strptr(elf, header->sh_link, symbol.st_name);
		if (!name)
			continue;
		if (symbol.st_shndx == SHN_UNDEF) {
			into->asks_new |=
				strncmp(name, "_Znw", 4) == 0 || strncmp(name, "_Zna", 4) == 0;
			continue;
		}
		if (symbol.st_value == 0)
			continue;
		note_heap(into, name);
		if (for_others(&symbol, header->sh_type == SHT_SYMTAB))
			note(into, name, &symbol);
	}
}

void functions_look(Elf *elf, bool is_program, struct defined *into)
{
	Elf_Scn *section = NULL;

	/* Of a program of 32 bits, arguments lie elsewhere. */
	if (!elf || elf_kind(elf) != ELF_K_ELF || gelf_getclass(elf) != ELFCLASS64)
		return;
	while ((section = elf_nextscn(elf, section))) {
		GElf_Shdr header;
		if (gelf_getshdr(section, &header) &&
		    (header.sh_type == SHT_DYNSYM || (is_program && header.sh_type == SHT_SYMTAB)))
			scan(elf, section, &header, into);
	}
}

bool defines_malloc(const struct defined *defined)
{
	return defined->address[OF_MALLOC] && defined->address[OF_FREE];
}

bool defines_new(const struct defined *defined)
{
	return defined->address[OF_NEW];
}

bool defines_copies(const struct defined *defined)
{
	return defined->address[OF_STRDUP];
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

bool object_may_write(const struct object *object, uint64_t offset)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	Elf *elf = elf_begin(object->fd, ELF_C_READ_MMAP, NULL);
	size_t count = 0;
	bool written = !elf || elf_getphdrnum(elf, &count);

	for (size_t i = 0; !written && i < count; i++) {
		GElf_Phdr segment;
		if (!gelf_getphdr(elf, (int)i, &segment))
			written = true;
		else if (segment.p_type == PT_LOAD && segment.p_flags & PF_W)
			/* Whole pages are mapped, at both ends. */
			written = offset + page > segment.p_offset &&
				  offset < segment.p_offset + segment.p_filesz + page;
	}
	elf_end(elf);
	return written;
}

static void put_point(struct object *object, const struct point *point)
{
	/* Two names of one function are one probe. */
	for (int i = 0; i < object->point_count; i++)
		if (object->points[i].offset == point->offset)
			return;
	if (object->point_count < MAX_POINTS)
		object->points[object->point_count++] = *point;
}

/* Where the stack is looked at it must be as it was at the entry. */
static bool may_skip(enum kind kind)
{
	return kind != KIND_NEW && kind != KIND_COPY_FAR && kind != KIND_OWN_NEW;
}

static void add_point(struct object *object, Elf *elf, const struct defined *defined, size_t f,
		      enum kind kind)
{
	uint8_t code[512];
	uint64_t offset;
	struct point point = { .function = FUNCTIONS[f].name, .kind = kind };

	if (!defined->address[f] || !in_file(elf, defined->address[f], &offset))
		return;
	size_t size = defined->size[f] && defined->size[f] < sizeof(code) ? defined->size[f]
									  : sizeof(code);
	ssize_t got = pread(object->fd, code, size, (off_t)offset);
	if (got > 0 && may_skip(kind))
		point.skipped = probe_offset(code, (size_t)got);
	point.offset = offset + point.skipped;
	put_point(object, &point);
}

/* By what it returns, which is looked for in its code. */
static void add_returns(struct object *object, const struct code *code, uint64_t from,
			uint64_t entry, const char *function)
{
	struct returns returns = { 0 };

	if (code->bytes && entry >= from)
		returns = returns_of(code, entry - from);
	for (int i = 0; i < returns.count; i++)
		put_point(object, &(struct point){ .function = function,
						   .kind = KIND_RETURN,
						   .offset = from + returns.at[i] });
	object->own_new |= !returns.all || object->point_count == MAX_POINTS;
}

static void add_own_news(struct object *object, Elf *elf, const struct defined *defined)
{
	uint64_t from = 0, entry;
	struct code code = code_around(object->fd, elf, defined->address[OF_NEW], &from);

	for (size_t f = 0; f < FUNCTION_COUNT; f++) {
		if (FUNCTIONS[f].of == DELETE)
			add_point(object, elf, defined, f, 0);
		if (FUNCTIONS[f].of != NEW || !defined->address[f] ||
		    !in_file(elf, defined->address[f], &entry))
			continue;
		add_point(object, elf, defined, f, KIND_OWN_NEW);
		add_returns(object, &code, from, entry, FUNCTIONS[f].name);
	}
	code_free(&code);
}

void functions_add(struct object *object, Elf *elf, const struct defined *defined, int wanted)
{
	static const int BY_FAMILY[] = { [MALLOC] = MALLOCS, [NEW] = NEWS, [COPIES] = COPYING };

	for (size_t f = 0; f < FUNCTION_COUNT; f++)
		if (FUNCTIONS[f].of != DELETE && wanted & BY_FAMILY[FUNCTIONS[f].of])
			add_point(object, elf, defined, f, FUNCTIONS[f].kind);
	if (wanted & OWN_NEWS)
		add_own_news(object, elf, defined);
}
