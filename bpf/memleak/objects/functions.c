/* The functions that are probed, as symbol tables have them. */
#include <gelf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "objects/decode.h"
#include "objects/functions.h"

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
_Static_assert(FUNCTION_COUNT <= MAX_FUNCTIONS, "struct defined has room for all of them");
enum { OF_FREE = 0, OF_MALLOC = 10, OF_NEW = 11 };

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

static bool for_others(const GElf_Sym *symbol)
{
	int seen = GELF_ST_VISIBILITY(symbol->st_other);

	return GELF_ST_BIND(symbol->st_info) != STB_LOCAL && seen != STV_HIDDEN &&
	       seen != STV_INTERNAL;
}

static void scan(Elf *elf, Elf_Scn *section, const GElf_Shdr *header, struct defined *into)
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
		if (!name)
			continue;
		note_heap(into, name);
		if (for_others(&symbol))
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

static void add_point(struct object *object, Elf *elf, const struct defined *defined, size_t f)
{
	uint8_t code[512];
	uint64_t offset;
	struct point point = { .function = FUNCTIONS[f].name, .kind = FUNCTIONS[f].kind };

	if (!defined->address[f] || !in_file(elf, defined->address[f], &offset) ||
	    object->point_count >= MAX_POINTS)
		return;
	size_t size = defined->size[f] && defined->size[f] < sizeof(code) ? defined->size[f]
									  : sizeof(code);
	ssize_t got = pread(object->fd, code, size, (off_t)offset);
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

void functions_add(struct object *object, Elf *elf, const struct defined *defined, bool mallocs,
		   bool news)
{
	for (size_t f = 0; f < FUNCTION_COUNT; f++)
		if (f < OF_NEW ? mallocs : news)
			add_point(object, elf, defined, f);
}
