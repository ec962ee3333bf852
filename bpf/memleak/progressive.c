/*
 * Progressive tracing. Three stages, each only once the one before gives cause:
 *
 *   watching   page faults by stack, mmap, munmap, brk, RSS: nothing per malloc
 *   confirming regions of one size are kept: probes on malloc for requests of that size, until one
 * is seen pairing    the heap grows below mmap's threshold: malloc with free, for one thread where
 * only one grows
 *
 * What is kept is judged by the births of the run itself: of what was born 15-45 % into it, and of
 * what was born at 45-75 %, at least 90 % of the bytes are still there, and the later keeps at
 * least 0.3 of the earlier.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "progressive.h"

#define MIN_BLOCKS 3
#define MOST_BIRTHS 65536
/* Judging begins with so many births; fewer have no two cohorts. */
#define LEAST_BIRTHS 10
#define RSS_SAMPLES 4096
/* Less growth than this is a process that warms up. */
#define LEAST_GROWTH (1u << 20)

enum stage { WATCHING, CONFIRMING, PAIRING, FOUND };

struct rss_sample {
	double at_s;
	uint64_t bytes;
};

/* What goes through the blocks of one call site. */
struct cohort {
	uint32_t site;
	uint64_t from_ns, to_ns, bytes, count;
};

struct progressive {
	const struct options *options;
	struct tracer *tracer;
	struct objects *objects;
	struct output *output;
	enum stage stage;
	uint64_t began_ns, attached_ns, confirm_site_bytes;
	uint32_t confirm_site;
	double probed_ms;
	uint64_t hits_before;
	double entry_ns, return_ns;
	uint64_t returns;
	bool priced, spent;
	uint32_t first_site; /* those before are of another program that the process was */
	struct rss_sample *rss;
	size_t rss_count;
	/* Births of each call site: how many handed out at each look. */
	struct births {
		uint32_t site;
		uint64_t *at_ns, *allocs, *bytes;
		size_t count;
	} *births;
	size_t births_count;
};

#define MOST_SITES 256
#define MOST_LOOKS 4096

struct progressive *progressive_new(const struct options *options, struct tracer *tracer,
				    struct objects *objects, struct output *output)
{
	struct progressive *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->options = options;
	p->tracer = tracer;
	p->objects = objects;
	p->output = output;
	p->rss = calloc(RSS_SAMPLES, sizeof(*p->rss));
	p->births = calloc(MOST_SITES, sizeof(*p->births));
	return p;
}

double progressive_tick(const struct options *options)
{
	return options->interval_s < 0.25 ? options->interval_s : 0.25;
}

static struct births *births_of(struct progressive *p, uint32_t site)
{
	for (size_t i = 0; i < p->births_count; i++)
		if (p->births[i].site == site)
			return &p->births[i];
	if (p->births_count == MOST_SITES)
		return NULL;
	struct births *b = &p->births[p->births_count];
	b->at_ns = calloc(MOST_LOOKS, sizeof(uint64_t));
	b->allocs = calloc(MOST_LOOKS, sizeof(uint64_t));
	b->bytes = calloc(MOST_LOOKS, sizeof(uint64_t));
	if (!b->at_ns || !b->allocs || !b->bytes)
		return NULL;
	b->site = site;
	p->births_count++;
	return b;
}

static void forget_births(struct progressive *p)
{
	for (size_t i = 0; i < p->births_count; i++) {
		free(p->births[i].at_ns);
		free(p->births[i].allocs);
		free(p->births[i].bytes);
		p->births[i] = (struct births){ 0 };
	}
	p->births_count = 0;
}

/* Half the looks, when there are too many: what is older needs no fine grain. */
static void thin(struct births *b)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->count; i += 2, kept++) {
		b->at_ns[kept] = b->at_ns[i];
		b->allocs[kept] = b->allocs[i];
		b->bytes[kept] = b->bytes[i];
	}
	b->count = kept;
}

static void look(struct progressive *p, uint64_t now)
{
	const struct site *sites = tracer_sites(p->tracer);
	uint32_t count = tracer_state(p->tracer)->site_count;

	for (uint32_t i = 0; i < count && i < p->options->max_sites; i++) {
		if (!sites[i].ready || sums_of(&sites[i]).count < MIN_BLOCKS)
			continue;
		struct births *b = births_of(p, i);
		if (!b)
			continue;
		if (b->count == MOST_LOOKS)
			thin(b);
		b->at_ns[b->count] = now;
		b->allocs[b->count] = sites[i].allocs;
		b->bytes[b->count++] = sites[i].allocated_bytes;
	}
	if (p->rss_count == RSS_SAMPLES) {
		for (size_t i = 0; i < RSS_SAMPLES / 2; i++)
			p->rss[i] = p->rss[i * 2];
		p->rss_count = RSS_SAMPLES / 2;
	}
	p->rss[p->rss_count++] =
		(struct rss_sample){ (double)(now - p->began_ns) / 1e9, rss_of(p->options->pid) };
}

/* Bytes and blocks handed out between two moments, by the looks that are nearest. */
static void born_between(const struct births *b, uint64_t from, uint64_t to, uint64_t *bytes,
			 uint64_t *count)
{
	uint64_t bytes_from = 0, bytes_to = 0, count_from = 0, count_to = 0;

	for (size_t i = 0; i < b->count; i++) {
		if (b->at_ns[i] <= from) {
			bytes_from = b->bytes[i];
			count_from = b->allocs[i];
		}
		if (b->at_ns[i] <= to) {
			bytes_to = b->bytes[i];
			count_to = b->allocs[i];
		}
	}
	*bytes = bytes_to - bytes_from;
	*count = count_to - count_from;
}

static void count_cohort(void *with, const struct block_key *key, const struct block *block)
{
	struct cohort *cohort = with;
	(void)key;

	if (block->site != cohort->site || block->born_ns <= cohort->from_ns ||
	    block->born_ns > cohort->to_ns)
		return;
	cohort->bytes += block->bytes;
	cohort->count++;
}

/* A moment of the run at which somebody looked, so that births and survivors are counted over the
 * same span. */
static uint64_t looked_at(const struct births *b, uint64_t wanted, uint64_t otherwise)
{
	uint64_t best = otherwise;

	for (size_t i = 0; i < b->count && b->at_ns[i] <= wanted; i++)
		best = b->at_ns[i];
	return best;
}

/* Whether the bytes of a call site stay: the rule at the head of this file. */
static bool keeps(struct progressive *p, const struct births *b, bool regions, uint64_t start,
		  uint64_t now)
{
	double length = (double)(now - start);
	uint64_t kept[2];

	for (int late = 0; late < 2; late++) {
		uint64_t from =
			looked_at(b, start + (uint64_t)(length * (late ? 0.45 : 0.15)), start);
		uint64_t to =
			looked_at(b, start + (uint64_t)(length * (late ? 0.75 : 0.45)), start);
		struct cohort alive = { .site = b->site, .from_ns = from, .to_ns = to };
		uint64_t bytes, count;
		born_between(b, from, to, &bytes, &count);
		if (count < MIN_BLOCKS ||
		    tracer_each_block(p->tracer, regions, count_cohort, &alive))
			return false;
		/* A region counts once it is touched, a moment after its birth: allow for one at
		 * either edge. */
		if ((double)alive.bytes <
			    0.9 * (double)bytes - (regions ? (double)bytes / (double)count : 0) ||
		    alive.count + (regions ? 1 : 0) < MIN_BLOCKS)
			return false;
		kept[late] = alive.bytes;
	}
	return (double)kept[1] >= 0.3 * (double)kept[0];
}

static struct births *kept_site(struct progressive *p, enum origin origin, uint64_t start,
				uint64_t now)
{
	const struct site *sites = tracer_sites(p->tracer);
	struct births *best = NULL;

	for (size_t i = 0; i < p->births_count; i++) {
		struct births *b = &p->births[i];
		const struct site *site = &sites[b->site];
		if (site->origin != origin || site->allocs < LEAST_BIRTHS ||
		    !keeps(p, b, origin == FROM_MAPPING, start, now))
			continue;
		if (!best || sums_of(site).bytes > sums_of(&sites[best->site]).bytes)
			best = b;
	}
	return best;
}

struct common {
	uint32_t site;
	uint64_t bytes, count; /* Boyer and Moore's vote: the commonest where one is in the
				  majority, else some */
	uint64_t first_ns, last_ns, seen;
};

static void vote(void *with, const struct block_key *key, const struct block *block)
{
	struct common *common = with;
	(void)key;

	if (block->site != common->site)
		return;
	if (common->count == 0)
		common->bytes = block->bytes;
	common->count += common->bytes == block->bytes ? 1 : -1ull;
	if (!common->seen || block->born_ns < common->first_ns)
		common->first_ns = block->born_ns;
	if (block->born_ns > common->last_ns)
		common->last_ns = block->born_ns;
	common->seen++;
}

static void tell(struct progressive *p, uint32_t number, bool regions, const char *answer)
{
	const struct site *site = &tracer_sites(p->tracer)[number];
	struct common common = { .site = number };
	struct finding finding = { .site = number,
				   .answer = answer,
				   .from_mapping = regions,
				   .blocks = sums_of(site).count,
				   .bytes = sums_of(site).bytes,
				   .probed_ms = p->probed_ms,
				   .cost_ms = -1 };

	tracer_each_block(p->tracer, regions, vote, &common);
	finding.common_bytes = common.bytes;
	if (common.seen > 1)
		finding.period_ms = (double)(common.last_ns - common.first_ns) / 1e6 /
				    (double)(common.seen - 1);
	if (p->probed_ms > 0) {
		finding.hits = tracer_hits(p->tracer) - p->hits_before;
		if (p->priced)
			finding.cost_ms = ((double)finding.hits * p->entry_ns +
					   (double)p->returns * p->return_ns) /
					  1e6;
	}
	output_finding(p->output, &finding);
}

static bool probes_on(struct progressive *p, const char *why_now)
{
	char why[1024];

	p->hits_before = tracer_hits(p->tracer);
	p->priced = price_of_hit(tracer_mode(p->tracer), &p->entry_ns, &p->return_ns) == 0;
	output_stage(p->output, p->stage == CONFIRMING ? "confirming" : "pairing", why_now);
	if (tracer_attach(p->tracer, p->objects, p->options->pid, why, sizeof(why))) {
		fprintf(stderr, "memleak: %s\n", why);
		p->spent = true;
		p->stage = WATCHING;
		return false;
	}
	p->attached_ns = now_ns();
	return true;
}

static void probes_off(struct progressive *p)
{
	const struct site *sites = tracer_sites(p->tracer);
	uint32_t count = tracer_state(p->tracer)->site_count;

	tracer_detach(p->tracer);
	p->probed_ms += (double)(now_ns() - p->attached_ns) / 1e6;
	p->returns = 0;
	for (uint32_t i = 0; i < count && i < p->options->max_sites; i++)
		if (sites[i].origin == FROM_MALLOC)
			p->returns += sites[i].allocs;
	for (int i = 0; i < p->objects->count; i++)
		p->objects->list[i]->attached = false;
	p->spent = true;
}

/* The thread that all page faults come from; 0 where there are several. */
static uint32_t only_toucher(struct progressive *p)
{
	const struct site *sites = tracer_sites(p->tracer);
	uint32_t count = tracer_state(p->tracer)->site_count, tid = 0;
	uint64_t all = 0, of_tid = 0;

	for (int pass = 0; pass < 2; pass++) {
		uint64_t most = 0;
		for (uint32_t i = 0; i < count && i < p->options->max_sites; i++) {
			if (sites[i].origin != FROM_FAULT)
				continue;
			if (pass == 0) {
				all += sites[i].allocated_bytes;
				if (sites[i].allocated_bytes > most) {
					most = sites[i].allocated_bytes;
					tid = sites[i].tid;
				}
			} else if (sites[i].tid == tid) {
				of_tid += sites[i].allocated_bytes;
			}
		}
	}
	return tid && (double)of_tid >= 0.9 * (double)all ? tid : 0;
}

/* RSS is higher in each third of the run than in the one before, by what no warming up explains. */
static bool rss_grows(const struct progressive *p)
{
	uint64_t low[3] = { UINT64_MAX, UINT64_MAX, UINT64_MAX };

	if (p->rss_count < 12)
		return false;
	for (size_t i = 0; i < p->rss_count; i++) {
		uint64_t *least = &low[i * 3 / p->rss_count];
		if (p->rss[i].bytes < *least)
			*least = p->rss[i].bytes;
	}
	return low[1] > low[0] && low[2] > low[1] && low[2] - low[0] >= LEAST_GROWTH;
}

/* How much of the growth regions of mmap account for. */
static uint64_t mapped_outstanding(struct progressive *p)
{
	const struct site *sites = tracer_sites(p->tracer);
	uint32_t count = tracer_state(p->tracer)->site_count;
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < count && i < p->options->max_sites; i++)
		if (sites[i].origin == FROM_MAPPING)
			bytes += sums_of(&sites[i]).bytes;
	return bytes;
}

static uint32_t newest_malloc_site(struct progressive *p)
{
	const struct site *sites = tracer_sites(p->tracer);
	uint32_t count = tracer_state(p->tracer)->site_count;

	for (uint32_t i = p->first_site; i < count && i < p->options->max_sites; i++)
		if (sites[i].origin == FROM_MALLOC && sites[i].ready && sites[i].allocs > 0)
			return i;
	return UINT32_MAX;
}

static void watch(struct progressive *p, uint64_t now)
{
	char why[512];
	struct births *b = kept_site(p, FROM_MAPPING, p->began_ns, now);
	struct shared *state = tracer_state(p->tracer);
	bool may = p->options->escalate_s > 0 && p->objects->count > 0 && !p->spent;

	if (b) {
		const struct site *site = &tracer_sites(p->tracer)[b->site];
		struct common common = { .site = b->site };
		tracer_each_block(p->tracer, true, vote, &common);
		p->confirm_site = b->site;
		p->confirm_site_bytes = common.bytes;
		if (!may) {
			tell(p, b->site, true, "leak");
			p->stage = FOUND;
			return;
		}
		/* A region is its request, a header, and the rest of a page; of an aligned one a
		 * little more. */
		state->narrow_min = common.bytes > 8192 ? common.bytes - 8192 : 0;
		state->narrow_max = common.bytes;
		state->only_tid = site->tid;
		p->stage = CONFIRMING;
		snprintf(why, sizeof(why),
			 "regions of %" PRIu64
			 " bytes are touched and never given back: probes go on malloc for "
			 "requests of that size, until one has been seen",
			 common.bytes);
		probes_on(p, why);
		return;
	}
	if (may && rss_grows(p) && now - p->began_ns > 3000000000ull) {
		uint64_t grown = p->rss[p->rss_count - 1].bytes - p->rss[0].bytes;
		if (mapped_outstanding(p) * 2 > grown)
			return;
		state->only_tid = only_toucher(p);
		state->narrow_min = state->narrow_max = 0;
		p->stage = PAIRING;
		snprintf(why, sizeof(why),
			 "RSS has grown by %" PRIu64
			 " bytes, and no region of mmap explains it: probes go on malloc and "
			 "free%s, for %.0f s at most",
			 grown,
			 state->only_tid ? ", for the one thread that touches new pages" : "",
			 p->options->escalate_s);
		probes_on(p, why);
	}
}

bool progressive_step(struct progressive *p)
{
	uint64_t now = now_ns();
	struct births *b;

	if (!p->began_ns)
		p->began_ns = output_began(p->output);
	look(p, now);
	double probed_s = p->attached_ns ? (double)(now - p->attached_ns) / 1e9 : 0;
	switch (p->stage) {
	case WATCHING:
		watch(p, now);
		break;
	case CONFIRMING: {
		uint32_t site = newest_malloc_site(p);
		if (site == UINT32_MAX && probed_s < p->options->escalate_s)
			break;
		probes_off(p);
		if (site == UINT32_MAX) {
			output_stage(p->output, "watching",
				     "no request of that size came: probes are off again");
			tell(p, p->confirm_site, true, "leak");
		} else {
			/* What has been kept is known from the regions; who asks, and for how much,
			 * from the probe. */
			const struct site *asked = &tracer_sites(p->tracer)[site];
			const struct site *kept = &tracer_sites(p->tracer)[p->confirm_site];
			struct common common = { .site = p->confirm_site };
			tracer_each_block(p->tracer, true, vote, &common);
			uint64_t each = asked->allocated_bytes / asked->allocs;
			struct finding finding = { .site = site,
						   .answer = "leak",
						   .blocks = sums_of(kept).count,
						   .bytes = sums_of(kept).count * each,
						   .common_bytes = each,
						   .probed_ms = p->probed_ms,
						   .hits = tracer_hits(p->tracer) - p->hits_before,
						   .cost_ms = -1 };
			if (common.seen > 1)
				finding.period_ms = (double)(common.last_ns - common.first_ns) /
						    1e6 / (double)(common.seen - 1);
			if (p->priced)
				finding.cost_ms = ((double)finding.hits * p->entry_ns +
						   (double)p->returns * p->return_ns) /
						  1e6;
			output_finding(p->output, &finding);
		}
		p->stage = FOUND;
		break;
	}
	case PAIRING:
		b = probed_s > 2 ? kept_site(p, FROM_MALLOC, p->attached_ns, now) : NULL;
		if (b) {
			probes_off(p);
			tell(p, b->site, false, "leak");
			p->stage = FOUND;
		} else if (probed_s >= p->options->escalate_s) {
			const struct site *sites = tracer_sites(p->tracer);
			uint32_t most = UINT32_MAX;
			for (size_t i = 0; i < p->births_count; i++)
				if (sites[p->births[i].site].origin == FROM_MALLOC &&
				    (most == UINT32_MAX ||
				     sums_of(&sites[p->births[i].site]).bytes >
					     sums_of(&sites[most]).bytes))
					most = p->births[i].site;
			probes_off(p);
			output_stage(p->output, "watching",
				     "nothing was proven in that time: probes are off again");
			if (most != UINT32_MAX)
				tell(p, most, false, "growing");
			p->stage = WATCHING;
		}
		break;
	case FOUND:
		break;
	}
	return p->stage == FOUND;
}

void progressive_exec(struct progressive *p)
{
	struct shared *state = tracer_state(p->tracer);

	if (p->stage == CONFIRMING || p->stage == PAIRING)
		probes_off(p);
	p->stage = WATCHING;
	p->spent = false;
	p->began_ns = now_ns();
	p->rss_count = 0;
	p->first_site = state->site_count;
	forget_births(p);
	state->only_tid = 0;
	state->narrow_min = state->narrow_max = 0;
}

void progressive_end(struct progressive *p)
{
	if (p->stage == CONFIRMING || p->stage == PAIRING)
		probes_off(p);
}

void progressive_free(struct progressive *p)
{
	if (!p)
		return;
	forget_births(p);
	free(p->births);
	free(p->rss);
	free(p);
}
