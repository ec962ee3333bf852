/* For programs: JSON, a document a line, as schemas/memleak.schema.json has it. */
#include <sys/utsname.h>

#include "ground/clock.h"
#include "ground/process.h"
#include "output/form.h"
#include "output/lives.h"
#include "output/reachable.h"
#include "symbols/symbols.h"

#define SCHEMA 1

static struct json *begin(struct output *output, const char *type)
{
	struct json *json = &output->json;

	json_open_object(json);
	json_string_field(json, "type", type);
	return json;
}

static struct json *begin_at(struct output *output, const char *type, double at_ms)
{
	struct json *json = begin(output, type);

	json_fixed_field(json, "at_ms", at_ms, 3);
	return json;
}

/* What happened just now. */
static struct json *begin_now(struct output *output, const char *type)
{
	return begin_at(output, type, output_ms(output));
}

static void end_document(struct json *json)
{
	json_close_object(json);
	json_end_line(json);
}

static void start(struct output *output)
{
	const struct options *options = output->options;
	struct json *json = begin(output, "start");
	struct utsname kernel;

	uname(&kernel);
	json_string_field(json, "tool", "memleak");
	json_string_field(json, "version", VERSION);
	json_u64_field(json, "schema", SCHEMA);
	json_string_field(json, "kernel", kernel.release);
	json_u64_field(json, "pid", (uint64_t)options->pid);
	json_string_field(json, "comm", output->comm);
	json_string_field(json, "at", utc_now().text);
	json_object_field(json, "options");
	json_u64_field(json, "min_size", options->min_bytes);
	if (options->max_bytes == UINT64_MAX)
		json_null_field(json, "max_size");
	else
		json_u64_field(json, "max_size", options->max_bytes);
	json_u64_field(json, "sample", options->sample);
	json_fixed_field(json, "older_than_ms", options->older_than_s * 1000, 0);
	if (options->age_s >= 0)
		json_fixed_field(json, "age_ms", options->age_s * 1000, 0);
	json_fixed_field(json, "interval_ms", options->interval_s * 1000, 0);
	json_u64_field(json, "depth", options->depth);
	json_bool_field(json, "reachable", options->reachable);
	json_bool_field(json, "progressive", options->progressive);
	json_close_object(json);
	end_document(json);
}

static void probes(struct json *json, const struct object *object)
{
	for (int i = 0; i < object->point_count; i++) {
		const struct point *point = &object->points[i];
		if (point->kind == KIND_RETURN)
			continue;
		json_open_object(json);
		json_string_field(json, "function", point->function);
		json_string_field(json, "object", object->name);
		json_u64_field(json, "skipped", point->skipped);
		json_close_object(json);
	}
}

static void attached(struct output *output, uint64_t load_ns, uint64_t attach_ns)
{
	const struct objects *objects = output->objects;
	struct json *json = begin(output, "attached");

	json_fixed_field(json, "ms", (double)attach_ns / 1e6, 3);
	json_fixed_field(json, "load_ms", (double)load_ns / 1e6, 3);
	json_string_field(json, "mode", attach_mode_name(tracer_mode(output->tracer)));
	json_array_field(json, "probes");
	for (int i = 0; i < objects->count && !output->options->progressive; i++)
		probes(json, objects->list[i]);
	json_close_array(json);
	end_document(json);
}

static void frame(struct json *json, const struct site *site, uint64_t address, bool caller)
{
	struct frame frame;

	symbol_of((pid_t)site->pid, address, caller, site->born_ns, &frame);
	json_open_object(json);
	json_address_field(json, "address", address);
	if (frame.symbol[0]) {
		json_string_field(json, "symbol", frame.symbol);
		json_u64_field(json, "offset", frame.offset);
	} else {
		json_null_field(json, "symbol");
		json_null_field(json, "offset");
	}
	if (frame.module[0])
		json_string_field(json, "module", frame.module);
	else
		json_null_field(json, "module");
	if (frame.in_file)
		json_u64_field(json, "module_offset", frame.module_offset);
	if (frame.build_id[0])
		json_string_field(json, "build_id", frame.build_id);
	json_close_object(json);
}

static const char *const ORIGINS[] = { "malloc", "mmap", "page-faults" };

/* A call site has a line of its own before its first use. */
static void tell_site(struct output *output, uint32_t number)
{
	const struct site *site = &tracer_sites(output->tracer)[number];
	uint64_t address;
	bool caller;

	if (output->told[number])
		return;
	output->told[number] = true;
	struct json *json = begin(output, "site");
	json_u64_field(json, "site", number);
	json_string_field(json, "origin", ORIGINS[site->origin]);
	json_u64_field(json, "pid", site->pid);
	json_u64_field(json, "mntns", site->mntns);
	json_string_field(json, "comm", site->comm);
	json_array_field(json, "stack");
	for (uint32_t i = 0; frame_at(site, i, &address, &caller); i++)
		frame(json, site, address, caller);
	json_close_array(json);
	end_document(json);
}

static void growth(struct json *json, pid_t pid, const struct growth *growth)
{
	json_u64_field(json, "rss_bytes", rss_of(pid));
	json_object_field(json, "growth");
	json_u64_field(json, "faults", growth->faults);
	json_u64_field(json, "mmaps", growth->mmaps);
	json_u64_field(json, "mapped_bytes", growth->mapped);
	json_u64_field(json, "munmaps", growth->munmaps);
	json_u64_field(json, "unmapped_bytes", growth->unmapped);
	json_u64_field(json, "brk_calls", growth->brk_calls);
	json_close_object(json);
}

/* A moment of the kernel's, as ms since the probes are in place. */
static double ms_of(const struct output *output, uint64_t ns)
{
	return ((double)ns - (double)output->began) / 1e6;
}

static void line(struct output *output, const struct line *line, double at_ms)
{
	struct json *json = &output->json;

	json_open_object(json);
	json_u64_field(json, "site", line->number);
	json_u64_field(json, "outstanding_bytes", line->bytes);
	json_u64_field(json, "outstanding_count", line->count);
	json_u64_field(json, "allocated_bytes", line->sums.allocated_bytes);
	json_u64_field(json, "freed_bytes", line->sums.freed_bytes);
	json_u64_field(json, "allocs", line->sums.allocs);
	json_u64_field(json, "frees", line->sums.frees);
	if (line->counted && line->count) {
		json_u64_field(json, "common_size", line->common_bytes);
		json_fixed_field(json, "oldest_ms",
				 line->oldest_ns ? at_ms - ms_of(output, line->oldest_ns) : 0, 0);
	}
	if (output->options->sample) {
		json_u64_field(json, "drawn", line->drawn);
		json_fixed_field(json, "error_bytes", line->error_bytes, 0);
	}
	const struct site *site = &tracer_sites(output->tracer)[line->number];
	if (site->origin != FROM_FAULT)
		lives_json(json, site, line, output->began);
	json_close_object(json);
}

static void lost(struct json *json, const struct losses *losses)
{
	json_object_field(json, "lost");
	json_u64_field(json, "blocks", losses->blocks);
	json_u64_field(json, "sites", losses->sites);
	json_u64_field(json, "stacks", losses->stacks);
	json_u64_field(json, "calls", losses->calls);
	json_u64_field(json, "missed_frees", losses->missed);
	json_close_object(json);
}

static void unseen(struct json *json, const struct unseen *unseen)
{
	json_object_field(json, "unseen");
	json_u64_field(json, "grown_bytes", unseen->grown_bytes);
	json_u64_field(json, "explained_bytes", unseen->explained_bytes);
	json_bool_field(json, "kept_back", unseen->kept_back);
	if (unseen->heap)
		json_string_field(json, "heap", unseen->heap);
	else
		json_null_field(json, "heap");
	json_close_object(json);
}

static void reachable(struct output *output, const struct reach_answer *answer)
{
	double at_ms = ms_of(output, answer->at_ns);

	for (size_t i = 0; i < answer->count; i++) {
		const struct witness *witness = &answer->list[i];
		if (!witness->asked)
			continue;
		tell_site(output, witness->site);
		for (int n = 0; n < witness->holders; n++)
			if (witness->by[n].kind == HELD_BY_BLOCK)
				tell_site(output, witness->by[n].site);
		witness_json(begin_at(output, "reachable", at_ms), answer, witness);
		end_document(&output->json);
	}
	if (!answer->why.text[0])
		return;
	json_string_field(begin_at(output, "reachable", at_ms), "why", answer->why.text);
	end_document(&output->json);
}

struct listing {
	struct output *output;
	uint64_t horizon_ns;
};

static void list_block(void *with, const struct block_key *key, const struct block *block)
{
	struct listing *listing = with;
	struct json *json = &listing->output->json;

	if (block->site >= listing->output->options->max_sites ||
	    block->born_ns > listing->horizon_ns)
		return;
	json_open_object(json);
	json_address_field(json, "address", key->address);
	json_u64_field(json, "bytes", block->bytes);
	json_fixed_field(json, "born_ms", ms_of(listing->output, block->born_ns), 3);
	json_u64_field(json, "site", block->site);
	if (listing->output->options->sample)
		json_fixed_field(json, "stands_for", block_stands_for(block), 3);
	json_close_object(json);
}

static void snapshot(struct output *output, const struct snapshot *snapshot)
{
	const struct options *options = output->options;
	const struct shared *state = tracer_state(output->tracer);

	if (snapshot->reachable)
		reachable(output, snapshot->reachable);
	for (size_t i = 0; i < snapshot->shown; i++)
		tell_site(output, snapshot->lines[i].number);
	struct json *json = begin(output, "snapshot");
	json_fixed_field(json, "at_ms", snapshot->at_ms, 3);
	if (snapshot->final)
		json_bool_field(json, "final", true);
	if (options->progressive)
		growth(json, options->pid, &state->growth);
	if (options->sample) {
		json_object_field(json, "estimate");
		json_u64_field(json, "drawn", snapshot->drawn);
		json_fixed_field(json, "error_bytes", snapshot->error_bytes, 0);
		json_close_object(json);
	}
	if (snapshot->unseen.parted)
		unseen(json, &snapshot->unseen);
	json_array_field(json, "sites");
	for (size_t i = 0; i < snapshot->shown; i++)
		line(output, &snapshot->lines[i], snapshot->at_ms);
	json_close_array(json);
	json_u64_field(json, "sites_omitted", snapshot->omitted);
	lost(json, &state->losses);
	if (options->blocks) {
		struct listing listing = { output, snapshot->horizon_ns };
		json_array_field(json, "blocks");
		tracer_each(output->tracer, BLOCKS, list_block, &listing);
		json_close_array(json);
	}
	end_document(json);
}

static void became(struct output *output, pid_t pid)
{
	struct json *json = begin_now(output, "exec");

	json_u64_field(json, "pid", (uint64_t)pid);
	end_document(json);
}

static void stage(struct output *output, const char *stage, const char *sentence)
{
	struct json *json = begin_now(output, "stage");

	json_string_field(json, "stage", stage);
	json_string_field(json, "why", sentence);
	end_document(json);
}

static void estimate(struct json *json, const char *key, const struct estimate *estimate)
{
	if (estimate->known)
		json_fixed_field(json, key, estimate->value, 3);
	else
		json_null_field(json, key);
}

/* Of a rate, two standard errors are told as well. */
static void with_error(struct json *json, const char *key, const char *error_key,
		       const struct estimate *of)
{
	struct estimate error = { .known = of->known, .value = of->error };

	estimate(json, key, of);
	estimate(json, error_key, &error);
}

static void what_grows(struct json *json, const struct finding *finding)
{
	json_u64_field(json, "site", finding->site);
	json_string_field(json, "by", ORIGINS[finding->by]);
	json_u64_field(json, "outstanding_count", finding->blocks);
	json_u64_field(json, "outstanding_bytes", finding->bytes);
	json_u64_field(json, "common_size", finding->common_bytes);
	json_fixed_field(json, "period_ms", finding->period_ms, 1);
	json_fixed_field(json, "ended", finding->ended, 0);
	with_error(json, "share", "share_error", &finding->judged.share);
	with_error(json, "bytes_per_second", "bytes_per_second_error", &finding->judged.rate);
	estimate(json, "settle_ms", &finding->judged.settle_ms);
}

static void finding(struct output *output, const struct finding *finding)
{
	if (finding->answer != NONE)
		tell_site(output, finding->site);
	struct json *json = begin_now(output, "finding");
	json_string_field(json, "answer", answer_name(finding->answer));
	if (finding->answer == NONE)
		estimate(json, "floor_bytes_per_second", &finding->floor);
	else
		what_grows(json, finding);
	json_fixed_field(json, "probed_ms", finding->probed_ms, 1);
	json_u64_field(json, "hits", finding->hits);
	if (finding->cost_ms < 0)
		json_null_field(json, "cost_ms");
	else
		json_fixed_field(json, "cost_ms", finding->cost_ms, 3);
	end_document(json);
}

static void end(struct output *output, const char *reason)
{
	struct json *json = begin_now(output, "end");

	json_string_field(json, "reason", reason);
	end_document(json);
}

const struct form AS_JSON = {
	.start = start,
	.attached = attached,
	.snapshot = snapshot,
	.reachable = reachable,
	.exec = became,
	.stage = stage,
	.finding = finding,
	.end = end,
};
