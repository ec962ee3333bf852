/* An empty program on a function of our own, called many times. */
#include <stdlib.h>
#include <unistd.h>

#include "ground/clock.h"
#include "ground/proc_maps.h"
#include "progressive/price.h"
#include "tracer/tracer.h"

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
	struct proc_maps maps = proc_maps_open(getpid());
	struct mapped mapped;
	uint64_t address = (uint64_t)(uintptr_t)function;
	bool found = false;

	while (!found && proc_maps_next(&maps, &mapped)) {
		found = address >= mapped.start && address < mapped.end;
		*offset = address - mapped.start + mapped.offset;
	}
	proc_maps_close(&maps);
	return found;
}

/* A call of ours with a probe, ns more than without; below 0: it can't be measured. */
static double probe_takes(enum attach_mode mode, struct object *object, enum kind kind)
{
	const struct options options = { .attach = mode,
					 .empty = true,
					 .max_bytes = UINT64_MAX,
					 .sample = 0,
					 .max_blocks = 1,
					 .max_sites = 1 };
	const struct settings settings = {
		.max_bytes = UINT64_MAX, .sample = 0, .max_sites = 1, .depth = 1
	};
	struct objects objects = { .list = &object, .count = 1 };
	double bare = ns_per_call(), takes = -1;
	struct reason why;

	object->attached = false;
	object->points[0].kind = kind;
	struct tracer *tracer = tracer_load(&options, &settings, &why);
	if (tracer && tracer_attach(tracer, &objects, getpid(), &why) == 0) {
		takes = ns_per_call() - bare;
		takes = takes > 0 ? takes : 0;
	}
	tracer_free(tracer);
	return takes;
}

bool price_of_hit(enum attach_mode mode, struct price *price)
{
	struct object *object = calloc(1, sizeof(*object));
	double entry = -1, both = -1;

	if (!object)
		return false;
	snprintf(object->path, sizeof(object->path), "/proc/self/exe");
	object->points[0].function = "probed";
	object->point_count = 1;
	if (own_offset((const void *)probed, &object->points[0].offset)) {
		/* As free: its entry alone. As malloc: with its return. */
		entry = probe_takes(mode, object, 0);
		both = entry < 0 ? -1 : probe_takes(mode, object, KIND_MALLOC);
	}
	free(object);
	price->entry_ns = entry;
	price->return_ns = both > entry ? both - entry : 0;
	return entry >= 0 && both >= 0;
}
