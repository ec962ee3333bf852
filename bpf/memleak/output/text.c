/* For people. */
#include <inttypes.h>
#include <string.h>

#include "ground/clock.h"
#include "ground/proc_maps.h"
#include "ground/process.h"
#include "output/form.h"
#include "output/lives.h"
#include "output/reachable.h"
#include "output/words.h"
#include "symbols/symbols.h"

void plain(const char *text)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		putchar(*c < 0x20 || *c == 0x7f ? '?' : *c);
}

struct size_text size(uint64_t bytes)
{
	static const char *const UNITS[] = { "KiB", "MiB", "GiB", "TiB" };
	struct size_text size;
	double value = (double)bytes;
	int unit = -1;

	while (value >= 1024 && unit < 3) {
		value /= 1024;
		unit++;
	}
	if (unit < 0)
		snprintf(size.text, sizeof(size.text), "%" PRIu64 " bytes", bytes);
	else
		snprintf(size.text, sizeof(size.text), "%" PRIu64 " bytes (%.1f %s)", bytes, value,
			 UNITS[unit]);
	return size;
}

static void start(struct output *output)
{
	(void)output;
}

static void functions_of(const struct objects *objects)
{
	int count = 0;

	for (int i = 0; i < objects->count; i++)
		for (int p = 0; p < objects->list[i]->point_count; p++)
			count += objects->list[i]->points[p].kind != KIND_RETURN;
	printf(": %d functions of", count);
	for (int i = 0; i < objects->count; i++)
		printf("%s %s", i ? "," : "", base_name(objects->list[i]->name));
}

/* By which options whoever reads this is to judge it, and from when on. */
static void asked(const struct options *options)
{
	printf("memleak: begun %s:", utc_now().text);
	if (options->age_s >= 0)
		printf(" --age %g", options->age_s);
	printf(" --interval %g --depth %" PRIu32, options->interval_s, options->depth);
	if (options->sample)
		printf(" --sample %" PRIu64, options->sample);
	if (options->min_bytes)
		printf(" --min-size %" PRIu64, options->min_bytes);
	if (options->max_bytes != UINT64_MAX)
		printf(" --max-size %" PRIu64, options->max_bytes);
	if (options->older_than_s > 0)
		printf(" --older-than %g", options->older_than_s);
	if (options->reachable)
		fputs(" --reachable", stdout);
	if (options->progressive)
		fputs(" --progressive", stdout);
	putchar('\n');
}

static void attached(struct output *output, uint64_t load_ns, uint64_t attach_ns)
{
	const struct options *options = output->options;
	(void)load_ns;
	(void)attach_ns;

	if (options->pid) {
		printf("memleak: attached to %d (", options->pid);
		plain(output->comm);
		putchar(')');
	} else {
		printf("memleak: attached to every process of %s",
		       options->mntns ? "the mount namespace" : "the cgroup");
	}
	if (options->progressive)
		fputs(": page faults, mmap, munmap and brk; no probe on malloc", stdout);
	else
		functions_of(output->objects);
	puts(". Ctrl-C ends it.");
	asked(options);
}

static void stack_of(const struct site *site)
{
	struct frame frame;
	uint64_t address;
	bool caller;

	for (uint32_t i = 0; frame_at(site, i, &address, &caller); i++) {
		symbol_of((pid_t)site->pid, address, caller, site->born_ns, &frame);
		fputs("      ", stdout);
		if (frame.symbol[0]) {
			plain(frame.symbol);
			printf("+0x%" PRIx64, frame.offset);
		} else {
			printf("0x%" PRIx64, address);
		}
		if (frame.module[0]) {
			fputs(" (", stdout);
			plain(frame.module);
			/* For addr2line, where there is no name. */
			if (!frame.symbol[0] && frame.in_file)
				printf("+0x%" PRIx64, frame.module_offset);
			putchar(')');
		}
		putchar('\n');
	}
	if (site->frame_count == 0)
		puts("      (no stack)");
}

static const char *counted_as(enum origin origin, uint64_t count)
{
	static const char *const WORDS[][2] = { { "block", "blocks" },
						{ "region of mmap", "regions of mmap" },
						{ "page touched", "pages touched" } };

	return WORDS[origin][count != 1];
}

/* The size that most bytes are in, which need not be the size of most blocks. */
static void common(const struct line *line)
{
	if (line->common_count * 2 >= line->count)
		printf(", most of them %s", size(line->common_bytes).text);
	else if (line->common_count * line->common_bytes * 2 >= line->bytes)
		printf(", most of the bytes in %" PRIu64 " of %s", line->common_count,
		       size(line->common_bytes).text);
	else
		fputs(", of many sizes", stdout);
}

static void blind(struct output *output, const struct reach_answer *answer)
{
	if (answer->why.text[0] && !output->blind)
		printf("  whether old blocks are lost or held stays open: %s.\n", answer->why.text);
	output->blind |= answer->why.text[0] != 0;
}

static void line(const struct output *output, const struct line *line, uint64_t look_ns)
{
	const struct site *site = &tracer_sites(output->tracer)[line->number];

	printf("  %s", size(line->bytes).text);
	if (output->options->sample)
		printf(" ± %.0f", line->error_bytes);
	printf(" in %" PRIu64 " %s", line->count, counted_as(site->origin, line->count));
	if (line->counted && line->count > 1)
		common(line);
	if (site->origin != FROM_FAULT)
		printf("; %" PRIu64 " handed out, %" PRIu64 " given back", line->sums.allocs,
		       line->sums.frees);
	if (!output->options->pid) {
		printf("; process %u (", site->pid);
		plain(site->comm);
		putchar(')');
	}
	putchar('\n');
	if (site->origin != FROM_FAULT)
		lives_text(site, line, look_ns);
	stack_of(site);
}

static void lost(const struct losses *losses)
{
	if (losses->blocks || losses->sites || losses->stacks || losses->calls || losses->missed)
		printf("  lost: %llu blocks (no room, --max-blocks), %llu at call sites without "
		       "room (--max-sites), %llu stacks, %llu calls, %llu frees never seen\n",
		       losses->blocks, losses->sites, losses->stacks, losses->calls,
		       losses->missed);
}

static void unseen(const struct unseen *unseen)
{
	printf("  RSS grew by %s, of which malloc's list explains %s: ",
	       size(unseen->grown_bytes).text, size(unseen->explained_bytes).text);
	if (unseen->heap) {
		fputs("the program has a heap of its own beside malloc (", stdout);
		plain(unseen->heap);
		puts(")");
	} else if (unseen->kept_back) {
		puts("malloc may keep what has been given back, or it is memory that is not malloc's");
	} else {
		puts("the rest is memory that was not asked of this malloc, or not since it is traced");
	}
}

static void snapshot(struct output *output, const struct snapshot *snapshot)
{
	const struct shared *state = tracer_state(output->tracer);

	printf("\n%.1f s: %" PRIu64 " %s outstanding, %s", snapshot->at_ms / 1000, snapshot->blocks,
	       snapshot->blocks == 1 ? "block" : "blocks", size(snapshot->bytes).text);
	if (output->options->sample)
		printf(" ± %.0f, estimated from %" PRIu64 " drawn", snapshot->error_bytes,
		       snapshot->drawn);
	puts(snapshot->final ? " (the end)" : "");
	if (output->options->progressive)
		printf("  RSS %s; %" PRIu64 " pages touched, %llu mmap, %llu munmap, %llu brk\n",
		       size(rss_of(output->options->pid)).text, snapshot->pages,
		       state->growth.mmaps, state->growth.munmaps, state->growth.brk_calls);
	if (snapshot->unseen.parted)
		unseen(&snapshot->unseen);
	if (snapshot->reachable)
		blind(output, snapshot->reachable);
	for (size_t i = 0; i < snapshot->shown; i++) {
		line(output, &snapshot->lines[i], snapshot->look_ns);
		const struct witness *known =
			snapshot->reachable
				? witness_of(snapshot->reachable, snapshot->lines[i].number)
				: NULL;
		if (known)
			witness_text(output, known, snapshot->reachable->swapped_bytes);
	}
	if (snapshot->omitted)
		printf("  … %zu more call sites (--top 0 shows all)\n", snapshot->omitted);
	lost(&state->losses);
}

static void became(struct output *output, pid_t pid)
{
	printf("\n%.1f s: process %d has become another program; its blocks are no more\n",
	       output_ms(output) / 1000, pid);
}

static void stage(struct output *output, const char *stage, const char *sentence)
{
	(void)stage;
	printf("\n%.1f s: %s\n", output_ms(output) / 1000, sentence);
}

static void cost(const struct finding *finding)
{
	if (finding->probed_ms <= 0) {
		puts("  no probe was put on malloc");
		return;
	}
	printf("  probes were on malloc for %.0f ms and were hit %" PRIu64 " times",
	       finding->probed_ms, finding->hits);
	if (finding->cost_ms >= 0)
		printf(": at this machine's price about %.1f ms in all", finding->cost_ms);
	putchar('\n');
}

/* What a leak comes to, as far as it is known. */
static void how_much(const struct judged *judged)
{
	const struct estimate *rate = &judged->rate, *share = &judged->share;

	if (!rate->known)
		return;
	printf("  %.0f ± %.0f bytes a second", rate->value, rate->error);
	if (share->known && share->value < 0.995)
		printf(", by %.1f ± %.1f %% of its blocks", 100 * share->value, 100 * share->error);
	putchar('\n');
}

static void pace(double period_ms)
{
	if (period_ms >= 10) /* below that too few digits are left */
		printf(", one every %.*f s", period_ms < 1000 ? 3 : 1, period_ms / 1000);
	else if (period_ms > 0)
		printf(", %.0f a second", 1000 / period_ms);
	putchar('\n');
}

static void nothing_found(const struct finding *finding)
{
	if (finding->floor.known)
		printf("  a leak of up to %.0f bytes a second could hide from this\n",
		       finding->floor.value);
	else
		puts("  how large a leak could hide from this is not known");
}

static void what_grows(const struct finding *finding)
{
	if (finding->by == FROM_FAULT)
		printf("  %s more in RSS, by %" PRIu64 " page faults, of %s or more each",
		       size(finding->bytes).text, finding->blocks,
		       size(finding->common_bytes).text);
	else
		printf("  %s in %" PRIu64 " blocks kept, most of them of %s",
		       size(finding->bytes).text, finding->blocks,
		       size(finding->common_bytes).text);
}

static void finding(struct output *output, const struct finding *finding)
{
	static const char *const ANSWERS[] = { "memory leak", "growing, unproven", "no leak seen" };

	printf("\n%.1f s: finding: %s\n", output_ms(output) / 1000, ANSWERS[finding->answer]);
	if (finding->answer == NONE) {
		nothing_found(finding);
	} else {
		what_grows(finding);
		pace(finding->period_ms);
		how_much(&finding->judged);
		stack_of(&tracer_sites(output->tracer)[finding->site]);
	}
	cost(finding);
}

static void end(struct output *output, const char *reason)
{
	(void)output;
	if (strcmp(reason, "target-exited") == 0)
		puts("memleak: the process has ended");
}

const struct form AS_TEXT = {
	.start = start,
	.attached = attached,
	.snapshot = snapshot,
	.exec = became,
	.stage = stage,
	.finding = finding,
	.end = end,
};
