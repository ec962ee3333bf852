/*
 * A process that takes so many MiB once it is told to on stdin, as services do: records that point
 * at one another, text, numbers. Prints "ready", and "made SECONDS" with how long it took to go
 * through all of that once, and again for each line, until stdin ends.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TEXT 1500
/* One in so many records is forgotten. */
#define LOST 1000

struct record {
	struct record *next, *before;
	char *text;
	double number;
	char rest[104];
};

static struct record *head;
static double *numbers;
static size_t count;

static void *taken(size_t bytes)
{
	void *block = malloc(bytes);

	if (!block)
		exit(1);
	return block;
}

static void make(size_t bytes)
{
	size_t records = bytes / 4 * 3 / (sizeof(struct record) + TEXT);

	for (size_t i = 0; i < records; i++) {
		struct record *record = taken(sizeof(*record));
		memset(record, 0, sizeof(*record));
		record->number = (double)i / 3;
		record->text = taken(TEXT);
		for (size_t n = 0; n < TEXT; n++)
			record->text[n] = (char)(' ' + (i + n) % 90);
		if (i % LOST == LOST - 1)
			continue;
		record->next = head;
		if (head)
			head->before = record;
		head = record;
	}
	count = bytes / 4 / sizeof(*numbers);
	numbers = taken(count * sizeof(*numbers));
	for (size_t i = 0; i < count; i++)
		numbers[i] = (double)i * 1.000001;
}

static uint64_t sum(const void *words, size_t bytes)
{
	const uint64_t *at = words;
	uint64_t all = 0;

	for (size_t i = 0; i < bytes / sizeof(*at); i++)
		all += at[i];
	return all;
}

static double seconds_of_a_pass(void)
{
	struct timespec from, to;
	volatile uint64_t all = 0;

	clock_gettime(CLOCK_MONOTONIC, &from);
	for (const struct record *record = head; record; record = record->next)
		all += sum(record, sizeof(*record)) + sum(record->text, TEXT);
	all += sum(numbers, count * sizeof(*numbers));
	clock_gettime(CLOCK_MONOTONIC, &to);
	return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

int main(int argc, char **argv)
{
	size_t mib = argc > 1 ? (size_t)atol(argv[1]) : 1024;
	char line[16];

	puts("ready");
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		return 1;
	make(mib << 20);
	do {
		printf("made %.3f\n", seconds_of_a_pass());
		fflush(stdout);
	} while (fgets(line, sizeof(line), stdin));
	return 0;
}
