/* A name a line of stdin; what it is in Rust, or a dash. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbols/rust.h"

int main(void)
{
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		char *name = rust_demangle(line);
		puts(name ? name : "-");
		free(name);
	}
	free(line);
	return 0;
}
