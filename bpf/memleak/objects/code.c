/* A file's code in memory, with where its jumps by slots lead to. */
#include <gelf.h>
#include <stdlib.h>
#include <unistd.h>

#include "objects/code.h"

/* More than any allocator is linked into. */
#define MOST_CODE (256u << 20)

#if defined(__aarch64__)
enum { OF_DATA = R_AARCH64_GLOB_DAT, OF_JUMP = R_AARCH64_JUMP_SLOT };
#else
enum { OF_DATA = R_X86_64_GLOB_DAT, OF_JUMP = R_X86_64_JUMP_SLOT };
#endif

/* The symbol that a slot is for, where this very file defines it. */
static bool defined_here(Elf *elf, size_t table, size_t number, GElf_Sym *symbol)
{
	Elf_Scn *section = elf_getscn(elf, table);
	Elf_Data *data = section ? elf_getdata(section, NULL) : NULL;

	return data && gelf_getsym(data, (int)number, symbol) && symbol->st_shndx != SHN_UNDEF &&
	       symbol->st_value;
}

static void add_slots(Elf *elf, Elf_Scn *section, const GElf_Shdr *header, struct code *code)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t count = header->sh_entsize ? header->sh_size / header->sh_entsize : 0;
	struct slot *grown = realloc(code->slots, (code->slot_count + count) * sizeof(*grown));

	if (!grown || !data)
		return;
	code->slots = grown;
	for (size_t i = 0; i < count; i++) {
		GElf_Rela entry;
		GElf_Sym symbol;
		if (!gelf_getrela(data, (int)i, &entry))
			return;
		unsigned type = (unsigned)GELF_R_TYPE(entry.r_info);
		if ((type == OF_DATA || type == OF_JUMP) &&
		    defined_here(elf, header->sh_link, GELF_R_SYM(entry.r_info), &symbol))
			code->slots[code->slot_count++] =
				(struct slot){ .at = entry.r_offset, .to = symbol.st_value };
	}
}

static void read_slots(Elf *elf, struct code *code)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_RELA && header.sh_size)
			add_slots(elf, section, &header, code);
}

static void read_bytes(int fd, const GElf_Phdr *segment, struct code *code)
{
	uint8_t *bytes = malloc(segment->p_filesz);
	ssize_t got = bytes ? pread(fd, bytes, segment->p_filesz, (off_t)segment->p_offset) : -1;

	if (got <= 0) {
		free(bytes);
		return;
	}
	code->bytes = bytes;
	code->size = (size_t)got;
	code->base = segment->p_vaddr;
}

struct code code_around(int fd, Elf *elf, uint64_t address, uint64_t *from)
{
	struct code code = { 0 };
	size_t count = 0;

	if (elf_getphdrnum(elf, &count))
		return code;
	for (size_t i = 0; i < count && !code.bytes; i++) {
		GElf_Phdr segment;
		if (!gelf_getphdr(elf, (int)i, &segment) || segment.p_type != PT_LOAD ||
		    !(segment.p_flags & PF_X) || address < segment.p_vaddr ||
		    address >= segment.p_vaddr + segment.p_filesz || segment.p_filesz > MOST_CODE)
			continue;
		read_bytes(fd, &segment, &code);
		*from = segment.p_offset;
	}
	if (code.bytes)
		read_slots(elf, &code);
	return code;
}

void code_free(struct code *code)
{
	free((void *)code->bytes);
	free(code->slots);
	*code = (struct code){ 0 };
}
