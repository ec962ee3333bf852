/*
 * Progressive tracing. Three stages, each only once the one before gives cause:
 *
 *   watching    page faults by stack, mmap, munmap, brk, RSS: nothing per malloc
 *   confirming  regions of one size are kept: probes on malloc for requests of that size, until
 *               one is seen
 *   pairing     the heap grows below mmap's threshold: malloc with free, for one thread where only
 *               one grows
 *
 * What is kept is judged by the births of the run itself (births.h).
 */
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "ground/clock.h"
#include "ground/process.h"
#include "progressive/births.h"
#include "progressive/probing.h"
#include "progressive/progressive.h"
#include "progressive/rss.h"
#include "progressive/sites.h"

#define TICK_S 0.25
/* RSS is no cause before that. */
#define LEAST_WATCHED_NS 3000000000ull
/* Sooner nothing is called a leak: what warms up looks the same. Nor is growth that nothing
 * explains worth a word. */
#define LEAST_KEPT_S 8
#define LEAST_GROWN_S 12
#define NS_PER_S 1000000000ull
/* A region is its request, a header, and the rest of a page; of an aligned one a little more. */
#define MOST_ABOVE_REQUEST 8192

enum stage { WATCHING, CONFIRMING, PAIRING, FOUND };

struct progressive {
	const struct options *options;
	struct tracer *tracer;
	struct output *output;
	enum stage stage;
	uint64_t began_ns;
	struct births *births;
	struct rss rss;
	struct probing probing;
	uint32_t regions_of; /* confirming: the call site that keeps them */
	uint32_t first_site; /* those before are of another program that the process was */
	bool told;	     /* it grows: said once */
};

struct progressive *progressive_new(const struct options *options, struct tracer *tracer,
				    struct objects *objects, struct output *output)
{
	struct progressive *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->options = options;
	p->tracer = tracer;
	p->output = output;
	p->probing = (struct probing){ .tracer = tracer, .objects = objects, .pid = options->pid };
	p->births = births_new(tracer);
	if (!p->births) {
		free(p);
		return NULL;
	}
	return p;
}

double progressive_tick(const struct options *options)
{
	return options->interval_s < TICK_S ? options->interval_s : TICK_S;
}

static void add_cost(const struct probing *probing, struct finding *finding)
{
	finding->probed_ms = probing->took_ms;
	finding->cost_ms = -1;
	if (probing->took_ms <= 0)
		return;
	finding->hits = probing_hits(probing);
	finding->cost_ms = probing_cost_ms(probing);
}

enum proof { PROVEN, UNPROVEN };

static void tell(struct progressive *p, uint32_t number, enum held held, enum proof proof)
{
	struct sums sums = sums_of(&tracer_sites(p->tracer)[number]);
	struct common common = common_of(p->tracer, number, held);
	struct finding finding = { .site = number,
				   .proven = proof == PROVEN,
				   .by = held == REGIONS ? FROM_MAPPING : FROM_MALLOC,
				   .blocks = sums.count,
				   .bytes = sums.bytes,
				   .common_bytes = common.bytes,
				   .period_ms = common.period_ms };

	add_cost(&p->probing, &finding);
	output_finding(p->output, &finding);
}

/* What has been kept is known from the regions; who asks, and for how much, from the probe. */
static void tell_confirmed(struct progressive *p, uint32_t asking)
{
	const struct site *asked = &tracer_sites(p->tracer)[asking];
	struct sums kept = sums_of(&tracer_sites(p->tracer)[p->regions_of]);
	struct common common = common_of(p->tracer, p->regions_of, REGIONS);
	uint64_t each = asked->allocated_bytes / asked->allocs;
	struct finding finding = { .site = asking,
				   .proven = true,
				   .blocks = kept.count,
				   .bytes = kept.count * each,
				   .common_bytes = each,
				   .period_ms = common.period_ms };

	add_cost(&p->probing, &finding);
	output_finding(p->output, &finding);
}

/* What grows, and no block or region proves or explains: who touches its pages. */
static void tell_growth(struct progressive *p, uint64_t now)
{
	const struct site *sites = tracer_sites(p->tracer);
	uint32_t toucher = births_toucher(p->births, p->began_ns + (now - p->began_ns) / 2);
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	if (p->told || toucher == NO_SITE)
		return;
	uint64_t touched = sites[toucher].allocated_bytes, all = touched_bytes(p->tracer);
	/* A fault may bring more than a page, and what was touched may have gone again: of what RSS
	 * has grown by, its part. */
	double part = all ? (double)touched / (double)all : 0;
	struct finding finding = { .site = toucher,
				   .by = FROM_FAULT,
				   .blocks = sites[toucher].allocs,
				   .bytes = (uint64_t)(part * (double)rss_grown(&p->rss)),
				   .common_bytes = page };
	add_cost(&p->probing, &finding);
	output_finding(p->output, &finding);
	p->told = true;
}

static void escalate(struct progressive *p, enum stage to, const struct reason *because)
{
	struct reason why;

	probing_price(&p->probing);
	output_stage(p->output, to == CONFIRMING ? "confirming" : "pairing", because->text);
	if (probing_begin(&p->probing, &why)) {
		say_reason(&why);
		p->stage = WATCHING;
		return;
	}
	p->stage = to;
}

static void begin_confirming(struct progressive *p, uint32_t site)
{
	struct shared *state = tracer_state(p->tracer);
	uint64_t bytes = common_of(p->tracer, site, REGIONS).bytes;
	struct reason because;

	p->regions_of = site;
	state->narrow_min = bytes > MOST_ABOVE_REQUEST ? bytes - MOST_ABOVE_REQUEST : 0;
	state->narrow_max = bytes;
	state->only_tid = tracer_sites(p->tracer)[site].tid;
	reason_put(&because,
		   "regions of %" PRIu64 " bytes are touched and never given back: probes go on "
		   "malloc for requests of that size, until one has been seen",
		   bytes);
	escalate(p, CONFIRMING, &because);
}

static void begin_pairing(struct progressive *p)
{
	struct shared *state = tracer_state(p->tracer);
	struct reason because;

	state->only_tid = only_toucher(p->tracer);
	state->narrow_min = state->narrow_max = 0;
	reason_put(&because,
		   "RSS has grown by %" PRIu64 " bytes, and no region of mmap explains it: probes "
		   "go on malloc and free%s, for %.0f s at most",
		   rss_grown(&p->rss),
		   state->only_tid ? ", for the one thread that touches new pages" : "",
		   p->options->escalate_s);
	escalate(p, PAIRING, &because);
}

static void watch(struct progressive *p, uint64_t now)
{
	uint64_t watched_ns = now - p->began_ns;
	uint32_t kept = watched_ns >= LEAST_KEPT_S * NS_PER_S
				? births_kept(p->births, FROM_MAPPING, p->began_ns, now)
				: NO_SITE;
	bool may_probe =
		p->options->escalate_s > 0 && p->probing.objects->count > 0 && !p->probing.spent;

	if (kept != NO_SITE && may_probe) {
		begin_confirming(p, kept);
	} else if (kept != NO_SITE) {
		tell(p, kept, REGIONS, PROVEN);
		p->stage = FOUND;
	} else if (may_probe && watched_ns > LEAST_WATCHED_NS && rss_grows(&p->rss) &&
		   mapped_outstanding(p->tracer) * 2 <= rss_grown(&p->rss)) {
		begin_pairing(p);
	} else if (watched_ns >= LEAST_GROWN_S * NS_PER_S && rss_goes_on(&p->rss)) {
		tell_growth(p, now);
	}
}

static void confirm(struct progressive *p, double probed_s)
{
	uint32_t asking = asking_since(p->tracer, p->first_site);

	if (asking == NO_SITE && probed_s < p->options->escalate_s)
		return;
	probing_end(&p->probing);
	if (asking != NO_SITE) {
		tell_confirmed(p, asking);
	} else {
		output_stage(p->output, "watching",
			     "no request of that size came: probes are off again");
		tell(p, p->regions_of, REGIONS, PROVEN);
	}
	p->stage = FOUND;
}

static void pair(struct progressive *p, double probed_s, uint64_t now)
{
	uint32_t kept = probed_s >= LEAST_KEPT_S
				? births_kept(p->births, FROM_MALLOC, p->probing.began_ns, now)
				: NO_SITE;

	if (kept != NO_SITE) {
		probing_end(&p->probing);
		tell(p, kept, BLOCKS, PROVEN);
		p->stage = FOUND;
	} else if (probed_s >= p->options->escalate_s) {
		uint32_t most = births_most(p->births, FROM_MALLOC);
		probing_end(&p->probing);
		output_stage(p->output, "watching",
			     "nothing was proven in that time: probes are off again");
		/* What malloc handed out need not be what grew. */
		if (most != NO_SITE && rss_goes_on(&p->rss)) {
			tell(p, most, BLOCKS, UNPROVEN);
			p->told = true;
		}
		p->stage = WATCHING;
	}
}

bool progressive_step(struct progressive *p)
{
	uint64_t now = now_ns();
	double probed_s = p->probing.began_ns ? (double)(now - p->probing.began_ns) / 1e9 : 0;

	if (!p->began_ns)
		p->began_ns = output_began(p->output);
	births_look(p->births, now);
	uint64_t rss = rss_of(p->options->pid);
	/* Of one that has just ended there is none. */
	if (rss)
		rss_add(&p->rss, rss);
	if (p->stage == WATCHING)
		watch(p, now);
	else if (p->stage == CONFIRMING)
		confirm(p, probed_s);
	else if (p->stage == PAIRING)
		pair(p, probed_s, now);
	return p->stage == FOUND;
}

static void stop_probing(struct progressive *p)
{
	if (p->stage == CONFIRMING || p->stage == PAIRING)
		probing_end(&p->probing);
}

void progressive_exec(struct progressive *p)
{
	struct shared *state = tracer_state(p->tracer);

	stop_probing(p);
	p->stage = WATCHING;
	p->told = false;
	p->probing.spent = false;
	p->began_ns = now_ns();
	p->rss.count = 0;
	p->first_site = state->site_count;
	births_forget(p->births);
	state->only_tid = 0;
	state->narrow_min = state->narrow_max = 0;
}

/* Growth does not end in silence, however short the run was; and what was being confirmed is kept
 * all the same. */
void progressive_end(struct progressive *p)
{
	uint64_t now = now_ns();
	enum stage was = p->stage;

	stop_probing(p);
	if (was == FOUND || !p->began_ns || now - p->began_ns < LEAST_WATCHED_NS)
		return;
	uint32_t kept = births_kept(p->births, FROM_MAPPING, p->began_ns, now);
	if (was == CONFIRMING) {
		tell(p, p->regions_of, REGIONS, PROVEN);
	} else if (!p->told && kept != NO_SITE && rss_goes_on(&p->rss)) {
		tell(p, kept, REGIONS, UNPROVEN);
	} else if (rss_goes_on(&p->rss)) {
		tell_growth(p, now);
	}
}

void progressive_free(struct progressive *p)
{
	if (!p)
		return;
	births_free(p->births);
	free(p);
}
