/* Lists of call sites, as text or as JSON lines. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "output.h"

/* More blocks than this aren't gone through for the commonest size. */
#define COUNTABLE 200000

/* Per call site, from going through the blocks. */
struct tally {
	uint64_t bytes, count;
	uint64_t common_bytes, common_count;
	uint64_t oldest_ns;
};

struct size_count {
	uint32_t site, used;
	uint64_t bytes, count;
};

struct output {
	const struct options *options;
	struct tracer *tracer;
	struct objects *objects;
	FILE *out;
	uint64_t began;
	bool *told; /* sites whose stack has been printed */
	struct tally *tallies;
	struct size_count *sizes;
	size_t sizes_room, sizes_used;
	uint64_t horizon_ns; /* born after this: not counted */
	bool listing, first_block;
	char comm[64];
};

void json_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			fprintf(out, "\\%c", *c);
		else if (*c < 0x20 || *c == 0x7f)
			fprintf(out, "\\u%04x", *c);
		else
			fputc(*c, out);
	}
	fputc('"', out);
}

/* Terminals obey what a symbol's name may hold. */
static void plain(FILE *out, const char *text)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		fputc(*c < 0x20 || *c == 0x7f ? '?' : *c, out);
}

static double at_ms(const struct output *output)
{
	return (double)(now_ns() - output->began) / 1e6;
}

/* 28311552 -> "27.0 MiB" */
static const char *human(uint64_t bytes, char *into, size_t room)
{
	static const char *const UNITS[] = { "KiB", "MiB", "GiB", "TiB" };
	double value = (double)bytes;
	int unit = -1;

	while (value >= 1024 && unit < 3) {
		value /= 1024;
		unit++;
	}
	if (unit < 0)
		snprintf(into, room, "%" PRIu64 " bytes", bytes);
	else
		snprintf(into, room, "%" PRIu64 " bytes (%.1f %s)", bytes, value, UNITS[unit]);
	return into;
}

static void comm_of(pid_t pid, char *into, size_t room)
{
	char path[64];

	into[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	FILE *file = fopen(path, "re");
	if (!file)
		return;
	if (fgets(into, (int)room, file))
		into[strcspn(into, "\n")] = '\0';
	fclose(file);
}

uint64_t rss_of(pid_t pid)
{
	char path[64];
	uint64_t total, resident = 0;

	snprintf(path, sizeof(path), "/proc/%d/statm", pid);
	FILE *file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%" SCNu64 " %" SCNu64, &total, &resident) != 2)
		resident = 0;
	fclose(file);
	return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

struct output *output_new(const struct options *options, struct tracer *tracer,
			  struct objects *objects)
{
	struct output *output = calloc(1, sizeof(*output));

	if (!output)
		return NULL;
	output->options = options;
	output->tracer = tracer;
	output->objects = objects;
	output->out = stdout;
	output->told = calloc(options->max_sites, sizeof(bool));
	output->tallies = calloc(options->max_sites, sizeof(struct tally));
	if (options->pid) {
		struct frame warm;
		comm_of(options->pid, output->comm, sizeof(output->comm));
		/* Its mappings are read now: one that ends early leaves its names. */
		symbol_of(options->pid, 1, false, &warm);
	}
	if (options->json) {
		struct utsname kernel;
		uname(&kernel);
		fprintf(output->out,
			"{\"type\":\"start\",\"tool\":\"memleak\",\"version\":\"" VERSION
			"\",\"schema\":%d,\"kernel\":",
			SCHEMA);
		json_string(output->out, kernel.release);
		fprintf(output->out, ",\"pid\":%d,\"comm\":", options->pid);
		json_string(output->out, output->comm);
		fprintf(output->out,
			",\"options\":{\"min_size\":%" PRIu64 ",\"max_size\":", options->min_bytes);
		if (options->max_bytes == UINT64_MAX)
			fputs("null", output->out);
		else
			fprintf(output->out, "%" PRIu64, options->max_bytes);
		fprintf(output->out,
			",\"sample\":%u,\"older_than_ms\":%.0f,\"interval_ms\":%.0f,"
			"\"progressive\":%s}}\n",
			options->sample, options->older_than_s * 1000, options->interval_s * 1000,
			options->progressive ? "true" : "false");
		fflush(output->out);
	}
	return output;
}

static int point_count(const struct objects *objects)
{
	int count = 0;

	for (int i = 0; i < objects->count; i++)
		count += objects->list[i]->point_count;
	return count;
}

void output_attached(struct output *output, uint64_t load_ns, uint64_t attach_ns)
{
	const char *mode = attach_mode_name(tracer_mode(output->tracer));
	const struct objects *objects = output->objects;
	bool watching = output->options->progressive;

	output->began = now_ns();
	if (output->options->json) {
		bool first = true;
		fprintf(output->out,
			"{\"type\":\"attached\",\"ms\":%.3f,\"load_ms\":%.3f,\"mode\":\"%s\","
			"\"probes\":[",
			(double)attach_ns / 1e6, (double)load_ns / 1e6, mode);
		for (int i = 0; i < objects->count && !watching; i++)
			for (int p = 0; p < objects->list[i]->point_count; p++) {
				const struct point *point = &objects->list[i]->points[p];
				fprintf(output->out,
					"%s{\"function\":\"%s\",\"object\":", first ? "" : ",",
					point->function);
				json_string(output->out, objects->list[i]->name);
				fprintf(output->out, ",\"skipped\":%u}", point->skipped);
				first = false;
			}
		fputs("]}\n", output->out);
	} else {
		if (output->options->pid) {
			fprintf(output->out, "memleak: attached to %d (", output->options->pid);
			plain(output->out, output->comm);
			fputs(")", output->out);
		} else {
			fprintf(output->out, "memleak: attached to every process of %s",
				output->options->mntns ? "the mount namespace" : "the cgroup");
		}
		if (watching) {
			fputs(": page faults, mmap, munmap and brk; no probe on malloc",
			      output->out);
		} else {
			fprintf(output->out, ": %d functions of", point_count(objects));
			for (int i = 0; i < objects->count; i++) {
				const char *slash = strrchr(objects->list[i]->name, '/');
				fprintf(output->out, "%s %s", i ? "," : "",
					slash ? slash + 1 : objects->list[i]->name);
			}
		}
		fprintf(output->out, ". Ctrl-C ends it.\n");
	}
	fflush(output->out);
}

uint64_t output_began(const struct output *output)
{
	return output->began;
}

static struct size_count *size_slot(struct output *output, uint32_t site, uint64_t bytes)
{
	uint64_t hash = (bytes * 0x9E3779B97F4A7C15ull ^ site) * 0x9E3779B97F4A7C15ull;

	for (size_t i = (size_t)(hash >> 20) & (output->sizes_room - 1);;
	     i = (i + 1) & (output->sizes_room - 1)) {
		struct size_count *slot = &output->sizes[i];
		if (slot->used && (slot->site != site || slot->bytes != bytes))
			continue;
		if (!slot->used) {
			*slot = (struct size_count){ .site = site, .used = 1, .bytes = bytes };
			output->sizes_used++;
		}
		return slot;
	}
}

static void grow_sizes(struct output *output)
{
	struct size_count *old = output->sizes;
	size_t room = output->sizes_room;

	output->sizes_room = room ? room * 2 : 4096;
	output->sizes = calloc(output->sizes_room, sizeof(*output->sizes));
	if (!output->sizes) {
		output->sizes = old;
		output->sizes_room = room;
		return;
	}
	output->sizes_used = 0;
	for (size_t i = 0; i < room; i++)
		if (old[i].used)
			size_slot(output, old[i].site, old[i].bytes)->count = old[i].count;
	free(old);
}

static void on_block(void *with, const struct block_key *key, const struct block *block)
{
	struct output *output = with;
	(void)key;

	if (block->site >= output->options->max_sites || block->born_ns > output->horizon_ns)
		return;
	struct tally *tally = &output->tallies[block->site];
	tally->bytes += block->bytes;
	tally->count++;
	if (!tally->oldest_ns || block->born_ns < tally->oldest_ns)
		tally->oldest_ns = block->born_ns;
	if (output->sizes_used * 2 >= output->sizes_room)
		grow_sizes(output);
	if (output->sizes_used + 1 >= output->sizes_room)
		return;
	struct size_count *slot = size_slot(output, block->site, block->bytes);
	slot->count++;
	if (slot->count > tally->common_count ||
	    (slot->count == tally->common_count && block->bytes > tally->common_bytes)) {
		tally->common_count = slot->count;
		tally->common_bytes = block->bytes;
	}
}

static void list_block(void *with, const struct block_key *key, const struct block *block)
{
	struct output *output = with;

	if (block->site >= output->options->max_sites || block->born_ns > output->horizon_ns)
		return;
	fprintf(output->out,
		"%s{\"address\":\"0x%llx\",\"bytes\":%llu,\"born_ms\":%.3f,\"site\":%u}",
		output->first_block ? "" : ",", key->address, block->bytes,
		((double)block->born_ns - (double)output->began) / 1e6, block->site);
	output->first_block = false;
}

/* A stack's frames with the one that the walk left out; false after the last. Addresses of callers
 * are those they return to. */
static bool frame_at(const struct site *site, uint32_t i, uint64_t *address, bool *caller)
{
	uint32_t extra = site->caller ? 1 : 0;

	if (i >= site->frame_count + extra || i >= MAX_FRAMES + extra || (site->frame_count == 0))
		return false;
	*address = i == 1 && extra ? site->caller : site->frames[i - (i > 1 ? extra : 0)];
	*caller = i > 0 || site->origin == FROM_MALLOC;
	return true;
}

static void tell_site(struct output *output, uint32_t number)
{
	static const char *const ORIGINS[] = { "malloc", "mmap", "page-faults" };
	const struct site *site = &tracer_sites(output->tracer)[number];
	struct frame frame;
	uint64_t address;
	bool caller;

	if (output->told[number])
		return;
	output->told[number] = true;
	fprintf(output->out,
		"{\"type\":\"site\",\"site\":%u,\"origin\":\"%s\",\"pid\":%u,\"mntns\":%llu,"
		"\"comm\":",
		number, ORIGINS[site->origin], site->pid, site->mntns);
	json_string(output->out, site->comm);
	fputs(",\"stack\":[", output->out);
	for (uint32_t i = 0; frame_at(site, i, &address, &caller); i++) {
		symbol_of((pid_t)site->pid, address, caller, &frame);
		fprintf(output->out, "%s{\"address\":\"0x%" PRIx64 "\",\"symbol\":", i ? "," : "",
			address);
		if (frame.symbol[0]) {
			json_string(output->out, frame.symbol);
			fprintf(output->out, ",\"offset\":%" PRIu64, frame.offset);
		} else {
			fputs("null,\"offset\":null", output->out);
		}
		fputs(",\"module\":", output->out);
		if (frame.module[0])
			json_string(output->out, frame.module);
		else
			fputs("null", output->out);
		fputc('}', output->out);
	}
	fputs("]}\n", output->out);
}

static void text_stack(struct output *output, const struct site *site)
{
	struct frame frame;
	uint64_t address;
	bool caller;

	for (uint32_t i = 0; frame_at(site, i, &address, &caller); i++) {
		symbol_of((pid_t)site->pid, address, caller, &frame);
		fputs("      ", output->out);
		if (frame.symbol[0]) {
			plain(output->out, frame.symbol);
			fprintf(output->out, "+0x%" PRIx64, frame.offset);
		} else {
			fprintf(output->out, "0x%" PRIx64, address);
		}
		if (frame.module[0]) {
			fputs(" (", output->out);
			plain(output->out, frame.module);
			fputc(')', output->out);
		}
		fputc('\n', output->out);
	}
	if (site->frame_count == 0)
		fputs("      (no stack)\n", output->out);
}

/* A line of the list; numbers copied, since they go on changing. */
struct line {
	uint32_t number;
	uint64_t bytes, count, common_bytes, oldest_ns;
	struct sums sums;
	bool counted; /* by going through the blocks */
};

static int by_bytes(const void *a, const void *b)
{
	const struct line *one = a, *other = b;
	if (one->bytes != other->bytes)
		return one->bytes > other->bytes ? -1 : 1;
	return one->number < other->number ? -1 : 1;
}

static bool lossless(const struct losses *losses)
{
	return !losses->blocks && !losses->sites && !losses->stacks && !losses->calls &&
	       !losses->missed;
}

static const char *const ORIGIN_SAYS[][2] = { { "block", "blocks" },
					      { "region of mmap", "regions of mmap" },
					      { "page touched", "pages touched" } };

void output_snapshot(struct output *output, bool final)
{
	const struct options *options = output->options;
	const struct shared *state = tracer_state(output->tracer);
	const struct site *sites = tracer_sites(output->tracer);
	uint32_t count =
		state->site_count < options->max_sites ? state->site_count : options->max_sites;
	struct line *lines = calloc(count + 1, sizeof(*lines));
	uint64_t followed = 0, outstanding = 0, bytes = 0, pages = 0;
	size_t used = 0;
	char size[64], common[64];

	if (!lines)
		return;
	for (uint32_t i = 0; i < count; i++)
		followed += sites[i].origin == FROM_FAULT ? 0 : sums_of(&sites[i]).count;
	double at = at_ms(output);
	/* What is born from here on belongs to the next list. */
	output->horizon_ns = now_ns() - (uint64_t)(options->older_than_s * 1e9);
	bool counted = options->older_than_s > 0 || followed <= COUNTABLE;
	if (counted) {
		memset(output->tallies, 0, count * sizeof(*output->tallies));
		if (output->sizes)
			memset(output->sizes, 0, output->sizes_room * sizeof(*output->sizes));
		output->sizes_used = 0;
		counted = tracer_each_block(output->tracer, false, on_block, output) == 0;
		if (options->progressive)
			tracer_each_block(output->tracer, true, on_block, output);
	}
	for (uint32_t i = 0; i < count; i++) {
		const struct site *site = &sites[i];
		const struct tally *tally = &output->tallies[i];
		bool aged = options->older_than_s > 0 && site->origin != FROM_FAULT;
		if (!site->ready)
			continue;
		struct sums sums = sums_of(site);
		struct line line = { .number = i,
				     .sums = sums,
				     .bytes = aged ? tally->bytes : sums.bytes,
				     .count = aged ? tally->count : sums.count,
				     .counted = counted && site->origin != FROM_FAULT,
				     .common_bytes = tally->common_bytes,
				     .oldest_ns = tally->oldest_ns };
		if (site->origin == FROM_FAULT) {
			pages += line.count;
		} else {
			outstanding += line.count;
			bytes += line.bytes;
		}
		/* As JSON a site that holds nothing has sums all the same. */
		if (line.count > 0 || options->json)
			lines[used++] = line;
	}
	qsort(lines, used, sizeof(*lines), by_bytes);
	size_t shown = options->top && used > options->top ? options->top : used;
	if (options->json) {
		for (size_t i = 0; i < shown; i++)
			tell_site(output, lines[i].number);
		fprintf(output->out, "{\"type\":\"snapshot\",\"at_ms\":%.3f", at);
		if (final)
			fputs(",\"final\":true", output->out);
		if (options->progressive)
			fprintf(output->out,
				",\"rss_bytes\":%" PRIu64
				",\"growth\":{\"faults\":%llu,\"mmaps\":%llu,\"mapped_bytes\":%llu,"
				"\"munmaps\":%llu,\"unmapped_bytes\":%llu,\"brk_calls\":%llu}",
				rss_of(options->pid), state->growth.faults, state->growth.mmaps,
				state->growth.mapped, state->growth.munmaps, state->growth.unmapped,
				state->growth.brk_calls);
		fputs(",\"sites\":[", output->out);
		for (size_t i = 0; i < shown; i++) {
			const struct sums *sums = &lines[i].sums;
			fprintf(output->out,
				"%s{\"site\":%u,\"outstanding_bytes\":%" PRIu64
				",\"outstanding_count\":%" PRIu64 ",\"allocated_bytes\":%" PRIu64
				",\"freed_bytes\":%" PRIu64 ",\"allocs\":%" PRIu64
				",\"frees\":%" PRIu64,
				i ? "," : "", lines[i].number, lines[i].bytes, lines[i].count,
				sums->allocated_bytes, sums->freed_bytes, sums->allocs,
				sums->frees);
			if (lines[i].counted && lines[i].count)
				fprintf(output->out,
					",\"common_size\":%" PRIu64 ",\"oldest_ms\":%.0f",
					lines[i].common_bytes,
					lines[i].oldest_ns ? at - ((double)lines[i].oldest_ns -
								   (double)output->began) /
									     1e6
							   : 0.0);
			fputc('}', output->out);
		}
		fprintf(output->out,
			"],\"sites_omitted\":%zu,\"lost\":{\"blocks\":%llu,\"sites\":%llu,"
			"\"stacks\":%llu,\"calls\":%llu,\"missed_frees\":%llu}",
			used - shown, state->losses.blocks, state->losses.sites,
			state->losses.stacks, state->losses.calls, state->losses.missed);
		if (options->blocks) {
			fputs(",\"blocks\":[", output->out);
			output->first_block = true;
			tracer_each_block(output->tracer, false, list_block, output);
			fputs("]", output->out);
		}
		fputs("}\n", output->out);
	} else {
		fprintf(output->out, "\n%.1f s: %" PRIu64 " %s outstanding, %s%s\n", at / 1000,
			outstanding, outstanding == 1 ? "block" : "blocks",
			human(bytes, size, sizeof(size)), final ? " (the end)" : "");
		if (options->progressive)
			fprintf(output->out,
				"  RSS %s; %" PRIu64
				" pages touched, %llu mmap, %llu munmap, %llu brk\n",
				human(rss_of(options->pid), size, sizeof(size)), pages,
				state->growth.mmaps, state->growth.munmaps,
				state->growth.brk_calls);
		for (size_t i = 0; i < shown; i++) {
			const struct site *site = &sites[lines[i].number];
			fprintf(output->out, "  %s in %" PRIu64 " %s",
				human(lines[i].bytes, size, sizeof(size)), lines[i].count,
				ORIGIN_SAYS[site->origin][lines[i].count != 1]);
			if (lines[i].counted && lines[i].count > 1)
				fprintf(output->out, ", most of them %s",
					human(lines[i].common_bytes, common, sizeof(common)));
			if (site->origin != FROM_FAULT)
				fprintf(output->out,
					"; %" PRIu64 " handed out, %" PRIu64 " given back",
					lines[i].sums.allocs, lines[i].sums.frees);
			if (!options->pid) {
				fprintf(output->out, "; process %u (", site->pid);
				plain(output->out, site->comm);
				fputc(')', output->out);
			}
			fputc('\n', output->out);
			text_stack(output, site);
		}
		if (used > shown)
			fprintf(output->out, "  … %zu more call sites (--top 0 shows all)\n",
				used - shown);
		if (!lossless(&state->losses))
			fprintf(output->out,
				"  lost: %llu blocks (no room, --max-blocks), %llu at call sites "
				"without room (--max-sites), %llu stacks, %llu calls, %llu frees "
				"never seen\n",
				state->losses.blocks, state->losses.sites, state->losses.stacks,
				state->losses.calls, state->losses.missed);
	}
	fflush(output->out);
	free(lines);
}

void output_exec(struct output *output, pid_t pid)
{
	if (output->options->json)
		fprintf(output->out, "{\"type\":\"exec\",\"at_ms\":%.3f,\"pid\":%d}\n",
			at_ms(output), pid);
	else
		fprintf(output->out,
			"\n%.1f s: process %d has become another program; its blocks are no more\n",
			at_ms(output) / 1000, pid);
	fflush(output->out);
}

void output_stage(struct output *output, const char *stage, const char *sentence)
{
	if (output->options->json) {
		fprintf(output->out, "{\"type\":\"stage\",\"at_ms\":%.3f,\"stage\":\"%s\",\"why\":",
			at_ms(output), stage);
		json_string(output->out, sentence);
		fputs("}\n", output->out);
	} else {
		fprintf(output->out, "\n%.1f s: %s\n", at_ms(output) / 1000, sentence);
	}
	fflush(output->out);
}

void output_finding(struct output *output, const struct finding *finding)
{
	const struct site *site = &tracer_sites(output->tracer)[finding->site];
	char bytes[64], common[64];

	if (output->options->json) {
		tell_site(output, finding->site);
		fprintf(output->out,
			"{\"type\":\"finding\",\"at_ms\":%.3f,\"answer\":\"%s\",\"site\":%u,\"by\":"
			"\"%s\",\"outstanding_count\":%" PRIu64 ",\"outstanding_bytes\":%" PRIu64
			",\"common_size\":%" PRIu64
			",\"period_ms\":%.1f,\"probed_ms\":%.1f,\"hits\":%" PRIu64 ",\"cost_ms\":",
			at_ms(output), finding->answer, finding->site,
			finding->from_mapping ? "mmap" : "malloc", finding->blocks, finding->bytes,
			finding->common_bytes, finding->period_ms, finding->probed_ms,
			finding->hits);
		if (finding->cost_ms < 0)
			fputs("null}\n", output->out);
		else
			fprintf(output->out, "%.3f}\n", finding->cost_ms);
	} else {
		fprintf(output->out, "\n%.1f s: finding: %s\n", at_ms(output) / 1000,
			strcmp(finding->answer, "leak") == 0 ? "memory leak" : "growing, unproven");
		fprintf(output->out, "  %s in %" PRIu64 " blocks kept, most of them of %s",
			human(finding->bytes, bytes, sizeof(bytes)), finding->blocks,
			human(finding->common_bytes, common, sizeof(common)));
		if (finding->period_ms > 0)
			fprintf(output->out, ", one every %.*f s",
				finding->period_ms < 1000 ? 3 : 1, finding->period_ms / 1000);
		fputc('\n', output->out);
		text_stack(output, site);
		if (finding->probed_ms > 0) {
			fprintf(output->out,
				"  probes were on malloc for %.0f ms and were hit %" PRIu64
				" times",
				finding->probed_ms, finding->hits);
			if (finding->cost_ms >= 0)
				fprintf(output->out,
					": at this machine's price about %.1f ms in all",
					finding->cost_ms);
			fputc('\n', output->out);
		} else {
			fputs("  no probe was put on malloc\n", output->out);
		}
	}
	fflush(output->out);
}

void output_end(struct output *output, const char *reason)
{
	if (output->options->json)
		fprintf(output->out, "{\"type\":\"end\",\"at_ms\":%.3f,\"reason\":\"%s\"}\n",
			at_ms(output), reason);
	else if (strcmp(reason, "target-exited") == 0)
		fputs("memleak: the process has ended\n", output->out);
	fflush(output->out);
}

bool output_broken(const struct output *output)
{
	return ferror(output->out) != 0;
}

void output_free(struct output *output)
{
	if (!output)
		return;
	free(output->told);
	free(output->tallies);
	free(output->sizes);
	free(output);
}
