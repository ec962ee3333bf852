/* Where decode.c puts a probe: a function's bytes as hex a line of stdin; its offset on stdout. */
#include <stdio.h>
#include <string.h>

#include "objects/decode.h"

int main(void)
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
		printf("%u\n", probe_offset(exact, size));
	}
	return 0;
}
