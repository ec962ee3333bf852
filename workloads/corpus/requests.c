/* A stream of requests at one call site: some of their blocks are never given back, the others
 * after their life. */
#include "corpus.h"

#include <stdlib.h>
#include <string.h>

static struct requests_plan plan;
static double every, bytes, share, from;
static bool one_size;

/* Draws one program out of what a plan allows. */
void plan_requests(const struct requests_plan *allowed)
{
	plan = *allowed;
	truth.via = plan.via != NULL ? plan.via : "";
	every = about(plan.every_ms[0], plan.every_ms[1]);
	bytes = about(plan.bytes[0], plan.bytes[1]);
	share = between(plan.share[0], plan.share[1]);
	from = between(plan.from_ms[0], plan.from_ms[1]);
	one_size = chance(0.5);
	if (plan.life_ms[1] > 0) {
		/* The longest life is the program's own, too. */
		plan.life_ms[1] = about(plan.life_ms[0] * 2, plan.life_ms[1]);
	}
	truth.share = share;
	truth.births_per_second = 1000 / every;
	truth.bytes_per_second = share * bytes * 1000 / every;
	truth.starts_ms = from;
	truth.life_ms[0] = plan.life_ms[0];
	truth.life_ms[1] = plan.life_ms[1];
}

double request(void)
{
	size_t asked = (size_t)(one_size ? bytes : bytes * between(0.5, 1.5));
	void *block = plan.make(asked);

	born(asked);
	if (now_ms() < from || !chance(share))
		free_later(block, asked, about(plan.life_ms[0], plan.life_ms[1]));
	else if (plan.keep != NULL)
		plan.keep(block, asked);
	else
		forgotten(asked);
	return interval(every);
}

SITE void *record_reading(size_t size)
{
	return touch(malloc(size), size);
}

SITE void *note_alarm(size_t size)
{
	return touch(malloc(size), size);
}

/* The error path returns without the free that all others pass. */
SITE void *parse_message(size_t size)
{
	return touch(malloc(size), size);
}

/* One in hundreds: less than a look of a minute can tell. */
SITE void *read_header(size_t size)
{
	return touch(malloc(size), size);
}

SITE void *render_page(size_t size)
{
	return touch(malloc(size), size);
}

SITE void *buffer_new(size_t size)
{
	return touch(malloc(size), size);
}

SITE void *zeroed_matrix(size_t size)
{
	return touch(calloc(size / 8 + 1, 8), size);
}

SITE void *copy_name(size_t size)
{
	static char name[65536];

	memset(name, 'n', size - 1);
	name[size - 1] = '\0';
	return strdup(name);
}

/* A text that grows as it is put together; whoever loses it loses what realloc returned last. */
SITE void *build_text(size_t size)
{
	void *text = malloc(size / 8 + 1);

	for (size_t part = size / 4; part < size; part *= 2)
		text = realloc(text, part + 1);
	return touch(realloc(text, size), size);
}

SITE void *load_image(size_t size)
{
	return touch(malloc(size), size);
}

SITE void *enqueue_job(size_t size)
{
	return touch(malloc(size), size);
}

#define REQUESTS(site, ...)                                                                        \
	static void begin_##site(void)                                                             \
	{                                                                                          \
		plan_requests(&(struct requests_plan){ .make = site, __VA_ARGS__ });               \
	}

REQUESTS(record_reading, .every_ms = { 150, 1500 }, .bytes = { 512, 131072 }, .share = { 1, 1 })
REQUESTS(note_alarm, .every_ms = { 2500, 6000 }, .bytes = { 24, 200 }, .share = { 1, 1 })
REQUESTS(parse_message, .every_ms = { 12, 80 }, .bytes = { 256, 16384 }, .share = { 0.08, 0.13 },
	 .life_ms = { 1, 800 })
REQUESTS(read_header, .every_ms = { 8, 60 }, .bytes = { 128, 8192 }, .share = { 0.0005, 0.005 },
	 .life_ms = { 1, 800 })
REQUESTS(render_page, .every_ms = { 20, 150 }, .bytes = { 256, 32768 }, .share = { 0.2, 0.33 },
	 .life_ms = { 1, 1500 })
REQUESTS(buffer_new, .every_ms = { 15, 100 }, .bytes = { 128, 16384 }, .share = { 0.15, 0.5 },
	 .life_ms = { 300, 6000 })
REQUESTS(zeroed_matrix, .every_ms = { 150, 1200 }, .bytes = { 512, 32768 }, .share = { 1, 1 })
REQUESTS(copy_name, .via = "strdup", .every_ms = { 20, 200 }, .bytes = { 16, 512 },
	 .share = { 0.15, 0.5 }, .life_ms = { 1, 2000 })
REQUESTS(build_text, .every_ms = { 40, 300 }, .bytes = { 256, 32768 }, .share = { 0.2, 0.6 },
	 .life_ms = { 5, 1500 })
REQUESTS(load_image, .every_ms = { 150, 600 }, .bytes = { 150000, 600000 }, .share = { 0.25, 0.4 },
	 .life_ms = { 20, 1500 })
REQUESTS(enqueue_job, .every_ms = { 30, 200 }, .bytes = { 128, 16384 }, .share = { 0.4, 0.9 },
	 .life_ms = { 10, 1000 }, .from_ms = { 8000, 30000 })
REQUESTS(parse_order, .via = "operator new", .every_ms = { 30, 250 }, .bytes = { 128, 8192 },
	 .share = { 0.15, 0.5 }, .life_ms = { 2, 1500 })

const struct kind requests[] = {
	{ "lost-steady", LOST, "record_reading", begin_record_reading, request },
	{ "lost-slow-small", LOST, "note_alarm", begin_note_alarm, request },
	{ "lost-1-in-10", LOST, "parse_message", begin_parse_message, request },
	{ "lost-rarely", LOST, "read_header", begin_read_header, request },
	{ "lost-1-in-4", LOST, "render_page", begin_render_page, request },
	{ "lost-mixed", LOST, "buffer_new", begin_buffer_new, request },
	{ "lost-calloc", LOST, "zeroed_matrix", begin_zeroed_matrix, request },
	{ "lost-strdup", LOST, "copy_name", begin_copy_name, request },
	{ "lost-realloc", LOST, "build_text", begin_build_text, request },
	{ "lost-mmap-sized", LOST, "load_image", begin_load_image, request },
	{ "lost-late", LOST, "enqueue_job", begin_enqueue_job, request },
	{ "lost-new", LOST, "parse_order", begin_parse_order, request },
	{ 0 },
};
