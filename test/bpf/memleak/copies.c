/* Keeps what strdup, asprintf and getline have handed out, ten of each. */
#include <stdlib.h>
#include <string.h>

#include "waits.h"

static void *volatile kept;

__attribute__((noinline)) void keeps_strdup(void)
{
	kept = strdup("a text of some length, to be kept");
}

__attribute__((noinline)) void keeps_asprintf(void)
{
	char *text = NULL;

	if (asprintf(&text, "%s %100d", "kept", 1) > 0)
		kept = text;
}

__attribute__((noinline)) void keeps_line(FILE *file)
{
	char *line = NULL;
	size_t room = 0;

	rewind(file);
	if (getline(&line, &room, file) > 0)
		kept = line;
}

int main(void)
{
	FILE *file = fopen("/proc/self/status", "r");

	wait_for_go();
	for (int i = 0; file && i < 10; i++) {
		keeps_strdup();
		keeps_asprintf();
		keeps_line(file);
	}
	say_done();
	return 0;
}
