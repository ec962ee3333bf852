/*
 * A process with so many MiB in malloc's blocks, as services have it: text, numbers, records that
 * point at one another. Writes "ADDRESS BYTES" of each record that is asked after, every ten
 * thousandth of them lost, an empty line, and then it waits until stdin ends.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASKED_EVERY 16

struct record {
	struct record *next, *before;
	char *text;
	double number;
	char rest[88];
};

static struct record *head;
static double *numbers;

static void *made(size_t bytes)
{
	void *block = malloc(bytes);

	if (!block)
		exit(1);
	return block;
}

int main(int argc, char **argv)
{
	size_t mib = argc > 1 ? (size_t)atol(argv[1]) : 1024, bytes = mib << 20;
	size_t records = bytes / 4 / sizeof(struct record) * 2 / 3,
	       longest = bytes / 4 / records * 2;

	for (size_t i = 0; i < records; i++) {
		struct record *record = made(sizeof(*record));
		memset(record->rest, (int)i, sizeof(record->rest));
		record->number = (double)i / 3;
		record->text = made(longest);
		for (size_t n = 0; n + 1 < longest; n++)
			record->text[n] = (char)(' ' + (i + n) % 90);
		if (i % ASKED_EVERY == 0)
			printf("%p %zu\n", (void *)record, sizeof(*record));
		/* One in ten thousand of those asked after is forgotten. */
		if (i % (ASKED_EVERY * 10000ul) == 0)
			continue;
		record->before = NULL;
		record->next = head;
		if (head)
			head->before = record;
		head = record;
	}
	numbers = made(bytes / 3);
	for (size_t i = 0; i < bytes / 3 / sizeof(*numbers); i++)
		numbers[i] = (double)i * 1.000001;
	putchar('\n');
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
