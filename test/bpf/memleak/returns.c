/* Without arguments: an instruction's bytes as hex a line of stdin, and what may follow; its length
 * on stdout. With a file and addresses: where the function at each returns. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "objects/code.h"
#include "objects/length.h"

static void lengths(void)
{
	char line[8192];

	while (fgets(line, sizeof(line), stdin)) {
		uint8_t code[4096];
		size_t size = 0;
		unsigned byte;
		int takes;
		for (const char *at = line;
		     sscanf(at, " %2x%n", &byte, &takes) == 1 && size < sizeof(code); at += takes)
			code[size++] = (uint8_t)byte;
		/* A copy of its own, so that a sanitizer sees any look beyond its end. */
		uint8_t exact[size + 1];
		memcpy(exact, code, size);
		printf("%zu\n", instruction_length(exact, size));
	}
}

static void returns(int fd, Elf *elf, uint64_t address)
{
	uint64_t from;
	struct code code = code_around(fd, elf, address, &from);

	if (code.bytes) {
		struct returns found = returns_of(&code, address - code.base);
		printf("%s", found.all ? "all" : "some");
		for (int i = 0; i < found.count; i++)
			printf(" %" PRIx64, found.at[i] + code.base);
		putchar('\n');
	}
	code_free(&code);
}

int main(int argc, char **argv)
{
	if (argc == 1) {
		lengths();
		return 0;
	}
	elf_version(EV_CURRENT);
	int fd = open(argv[1], O_RDONLY);
	Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
	for (int i = 2; i < argc; i++)
		returns(fd, elf, strtoull(argv[i], NULL, 16));
	elf_end(elf);
	close(fd);
	return 0;
}
