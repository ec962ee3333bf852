// Reads JSON, a document a line, and says of each whether it is one: a program as many are that use
// libyajl.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_tree.h>

int main(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	char error[256];

	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("ready");
	while ((length = getline(&line, &room, stdin)) > 0) {
		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
		yajl_val document = yajl_tree_parse(line, error, sizeof error);
		puts(document ? "document" : "none");
		yajl_tree_free(document);
	}
	free(line);
	return 0;
}
