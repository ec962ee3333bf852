/* What one hit of a probe takes on this machine: an empty program on a function of our own. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "progressive.h"

#define CALLS 2000

/* Not inlined, and not left out for having no effect. */
__attribute__((noinline, used)) static void probed(void)
{
	__asm__ volatile("" ::: "memory");
}

static double ns_per_call(void)
{
	uint64_t began = now_ns();

	for (int i = 0; i < CALLS; i++)
		probed();
	return (double)(now_ns() - began) / CALLS;
}

/* Where a function of ours lies in our file. */
static bool own_offset(const void *function, uint64_t *offset)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long start, end, at, address = (unsigned long)function;
	char flags[8], line[4600];
	bool found = false;

	while (maps && !found && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %7s %lx", &start, &end, flags, &at) == 4 &&
		    address >= start && address < end) {
			*offset = address - start + at;
			found = true;
		}
	if (maps)
		fclose(maps);
	return found;
}

int price_of_hit(enum attach_mode mode, double *entry_ns, double *return_ns)
{
	const struct options options = { .attach = mode,
					 .empty = true,
					 .max_bytes = UINT64_MAX,
					 .sample = 1,
					 .max_blocks = 1,
					 .max_sites = 1 };
	const struct settings settings = {
		.max_bytes = UINT64_MAX, .sample = 1, .max_sites = 1, .depth = 1
	};
	struct object *object = calloc(1, sizeof(*object));
	struct objects objects = { .list = { object }, .count = 1 };
	double bare = ns_per_call(), entry = 0, both = 0;
	char why[512];
	int failed = -1;

	if (!object)
		return -1;
	snprintf(object->path, sizeof(object->path), "/proc/self/exe");
	object->point_count = 1;
	if (!own_offset((const void *)probed, &object->points[0].offset))
		goto out;
	object->points[0].function = "probed";
	/* As free: its entry alone. As malloc: with its return. */
	for (int with_return = 0; with_return < 2; with_return++) {
		struct tracer *tracer = tracer_load(&options, &settings, why, sizeof(why));
		object->attached = false;
		object->points[0].kind = with_return ? KIND_MALLOC : 0;
		if (!tracer || tracer_attach(tracer, &objects, getpid(), why, sizeof(why))) {
			tracer_free(tracer);
			goto out;
		}
		*(with_return ? &both : &entry) = ns_per_call() - bare;
		tracer_free(tracer);
	}
	*entry_ns = entry > 0 ? entry : 0;
	*return_ns = both > entry ? both - entry : 0;
	failed = 0;
out:
	free(object);
	return failed;
}
