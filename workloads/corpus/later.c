#include "corpus.h"

#include <stdio.h>
#include <stdlib.h>

struct waiting {
	double due;
	void *block;
	size_t bytes;
};

#define ROOM (1 << 17)

/* A binary heap, the first one due on top. */
static struct waiting heap[ROOM];
static size_t waiting;

static void swap(size_t a, size_t b)
{
	struct waiting kept = heap[a];

	heap[a] = heap[b];
	heap[b] = kept;
}

void free_later(void *block, size_t bytes, double ms)
{
	size_t at = waiting++;

	if (waiting > ROOM) {
		fputs("corpus: more blocks alive than there is room for\n", stderr);
		exit(1);
	}
	heap[at] = (struct waiting){ now_ms() + ms, block, bytes };
	for (; at > 0 && heap[at].due < heap[(at - 1) / 2].due; at = (at - 1) / 2)
		swap(at, (at - 1) / 2);
}

double next_free(void)
{
	return waiting > 0 ? heap[0].due : NEVER;
}

static void take_first(void)
{
	size_t at = 0;

	heap[0] = heap[--waiting];
	/* A pointer left behind would hold whoever gets that address next. */
	heap[waiting] = (struct waiting){ 0 };
	for (;;) {
		size_t least = at;

		for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < waiting; child++)
			if (heap[child].due < heap[least].due)
				least = child;
		if (least == at)
			return;
		swap(at, least);
		at = least;
	}
}

void free_due(void)
{
	while (waiting > 0 && heap[0].due <= now_ms()) {
		given_back(heap[0].bytes);
		free(heap[0].block);
		take_first();
	}
}
