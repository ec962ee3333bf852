/*
 * Progressive tracing. Three stages, each only once the one before gives cause:
 *
 *   watching    page faults by stack, mmap, munmap, brk, RSS: nothing per malloc
 *   confirming  regions of one size are kept: probes on malloc for requests of that size, until
 *               one is seen
 *   pairing     the heap grows below mmap's threshold: malloc with free, for one thread where only
 *               one grows
 *
 * What is kept is judged by the rule (rule/judge.h). Only what that calls a leak is told as one,
 * and ends the watch.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "ground/clock.h"
#include "ground/process.h"
#include "progressive/probing.h"
#include "progressive/progressive.h"
#include "progressive/rss.h"
#include "progressive/sites.h"
#include "progressive/touches.h"
#include "rule/constants.h"

#define TICK_S 0.25
/* Between two looks at what is kept, which go through all of it. */
#define LOOK_S 0.5
/* RSS is no cause before that. */
#define LEAST_WATCHED_NS 3000000000ull
/* Nor is growth that nothing explains worth a word. */
#define LEAST_GROWN_S 12
/* What the rule calls growing for so many times the age that it needs is told as that. */
#define PATIENCE 1.5
#define NS_PER_S 1000000000ull
/* A region is its request, a header, and the rest of a page; of an aligned one a little more. */
#define MOST_ABOVE_REQUEST 8192

enum stage { WATCHING, CONFIRMING, PAIRING, FOUND };

/* Blocks, or regions, as the rule sees them. */
struct kept {
	enum held held;
	enum origin origin;
	struct ages ages;
	struct verdicts *verdicts;
	uint64_t looked_ns;
};

struct progressive {
	const struct options *options;
	struct tracer *tracer;
	struct output *output;
	enum stage stage;
	uint64_t began_ns;
	struct kept regions, blocks;
	struct touches *touches;
	struct rss rss;
	struct probing probing;
	uint32_t regions_of;	 /* confirming: the call site that keeps them */
	uint32_t first_site;	 /* those before are of another program that the process was */
	bool told;		 /* it grows: said once */
	struct inquiry *inquiry; /* NULL: nobody looks into the process */
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
	p->regions = (struct kept){ .held = REGIONS, .origin = FROM_MAPPING };
	p->blocks = (struct kept){ .held = BLOCKS, .origin = FROM_MALLOC };
	p->regions.verdicts = verdicts_new(tracer, options->age_s * 1000);
	p->blocks.verdicts = verdicts_new(tracer, options->age_s * 1000);
	p->touches = touches_new(tracer);
	if (p->regions.verdicts && p->blocks.verdicts && p->touches)
		return p;
	progressive_free(p);
	return NULL;
}

void progressive_reach(struct progressive *p, struct inquiry *inquiry)
{
	p->inquiry = inquiry;
	verdicts_ask(p->regions.verdicts, inquiry_knows, inquiry);
	verdicts_ask(p->blocks.verdicts, inquiry_knows, inquiry);
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

static double ended_at(const struct progressive *p, uint32_t number)
{
	const struct site *site = &tracer_sites(p->tracer)[number];
	const struct lives *lives = &tracer_lives(p->tracer)[number];
	double sum = 0;

	for (unsigned bin = 0; bin < LIFE_BINS; bin++)
		sum += ended_in(site, lives, bin);
	return sum;
}

static void tell(struct progressive *p, const struct kept *kept, uint32_t number,
		 enum answer answer)
{
	struct sums sums = sums_of(&tracer_sites(p->tracer)[number]);
	struct common common = common_of(p->tracer, number, kept->held);
	struct finding finding = { .answer = answer,
				   .site = number,
				   .judged = *verdict_of(kept->verdicts, number),
				   .ended = ended_at(p, number),
				   .by = kept->origin,
				   .blocks = sums.count,
				   .bytes = sums.bytes,
				   .common_bytes = common.bytes,
				   .period_ms = common.period_ms };

	add_cost(&p->probing, &finding);
	output_finding(p->output, &finding);
	p->told = true;
}

/* What has been kept is known from the regions; who asks, and for how much, from the probe. */
static void tell_confirmed(struct progressive *p, uint32_t asking)
{
	const struct site *asked = &tracer_sites(p->tracer)[asking];
	struct sums kept = sums_of(&tracer_sites(p->tracer)[p->regions_of]);
	struct common common = common_of(p->tracer, p->regions_of, REGIONS);
	uint64_t each = asked->allocated_bytes / asked->allocs;
	struct finding finding = { .answer = LEAK,
				   .site = asking,
				   .judged = *verdict_of(p->regions.verdicts, p->regions_of),
				   .ended = ended_at(p, p->regions_of),
				   .blocks = kept.count,
				   .bytes = kept.count * each,
				   .common_bytes = each,
				   .period_ms = common.period_ms };

	add_cost(&p->probing, &finding);
	output_finding(p->output, &finding);
}

/* Growth of RSS below this is no cause for anything: a leak in the heap may be so slow. */
static double hidden_in_heap(const struct progressive *p, uint64_t now)
{
	double watched_s = (double)(now - p->began_ns) / 1e9;

	return watched_s > 0 ? (double)(rss_grown(&p->rss) + LEAST_GROWTH) / watched_s : 0;
}

static void tell_nothing(struct progressive *p, uint64_t now)
{
	struct estimate regions = verdicts_floor(p->regions.verdicts, FROM_MAPPING);
	struct finding finding = {
		.answer = NONE,
		.site = NO_SITE,
		.floor = { .known = true, .value = fmax(regions.value, hidden_in_heap(p, now)) },
	};

	add_cost(&p->probing, &finding);
	output_finding(p->output, &finding);
}

/* What grows, and no block or region proves or explains: who touches its pages. */
static void tell_growth(struct progressive *p, uint64_t now)
{
	const struct site *sites = tracer_sites(p->tracer);
	uint32_t toucher = touches_most(p->touches, p->began_ns + (now - p->began_ns) / 2);
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	if (p->told || toucher == NO_SITE)
		return;
	uint64_t touched = sites[toucher].allocated_bytes, all = touched_bytes(p->tracer);
	/* A fault may bring more than a page, and what was touched may have gone again: of what RSS
	 * has grown by, its part. */
	double part = all ? (double)touched / (double)all : 0;
	struct finding finding = { .answer = GROWING,
				   .site = toucher,
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
	/* One that is resized asks for more each time. */
	state->narrow_max = sums_of(&tracer_sites(p->tracer)[site]).count > 1 ? bytes : 0;
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

static void count_age(void *with, const struct block_key *key, const struct block *block)
{
	struct kept *kept = with;
	(void)key;

	ages_add(&kept->ages, block);
}

/* What is kept, as of now; `since_ns`: from when on it was traced. */
static void look(struct progressive *p, struct kept *kept, uint64_t since_ns, uint64_t now)
{
	struct reach_answer answer;

	kept->looked_ns = now;
	if (!ages_begin(&kept->ages, tracer_site_count(p->tracer), now) ||
	    tracer_each(p->tracer, kept->held, count_age, kept))
		return;
	verdicts_look(kept->verdicts, &kept->ages, since_ns);
	if (!p->inquiry ||
	    !inquiry_look(p->inquiry, kept->verdicts, kept->held, WITH_RESTS, &answer))
		return;
	verdicts_again(kept->verdicts, &kept->ages);
	output_reachable(p->output, &answer);
	reach_answer_free(&answer);
}

static bool is_time(const struct kept *kept, uint64_t now)
{
	return now - kept->looked_ns >= (uint64_t)(LOOK_S * 1e9);
}

/* The call site that the rule finds worst by now. */
static uint32_t worst(struct progressive *p, struct kept *kept, uint64_t since_ns, uint64_t now)
{
	look(p, kept, since_ns, now);
	return verdicts_worst(kept->verdicts, kept->origin);
}

static enum answer answer_of(const struct kept *kept, uint32_t site)
{
	return verdict_of(kept->verdicts, site)->answer;
}

static double proving_age_s(const struct progressive *p)
{
	return p->options->age_s >= 0 ? p->options->age_s : NEEDED_AGE_MS / 1000.0;
}

static void watch(struct progressive *p, uint64_t now)
{
	double watched_s = (double)(now - p->began_ns) / 1e9;
	uint32_t kept = worst(p, &p->regions, p->began_ns, now);
	enum answer answer = answer_of(&p->regions, kept);
	bool may_probe =
		p->options->escalate_s > 0 && p->probing.objects->count > 0 && !p->probing.spent;

	if (answer == LEAK && may_probe) {
		begin_confirming(p, kept);
	} else if (answer == LEAK) {
		tell(p, &p->regions, kept, LEAK);
		p->stage = FOUND;
	} else if (may_probe && watched_s * 1e9 > LEAST_WATCHED_NS && rss_grows(&p->rss) &&
		   mapped_outstanding(p->tracer) * 2 <= rss_grown(&p->rss)) {
		begin_pairing(p);
	} else if (answer == GROWING && !p->told && watched_s >= PATIENCE * proving_age_s(p) &&
		   rss_goes_on(&p->rss)) {
		tell(p, &p->regions, kept, GROWING);
	} else if (watched_s >= fmax(LEAST_GROWN_S, proving_age_s(p)) && rss_goes_on(&p->rss)) {
		tell_growth(p, now);
	}
}

/* No request came, and by now the rule calls it a leak no more. */
static bool has_stopped(struct progressive *p, uint64_t now)
{
	if (is_time(&p->regions, now))
		look(p, &p->regions, p->began_ns, now);
	return answer_of(&p->regions, p->regions_of) != LEAK;
}

static void confirm(struct progressive *p, double probed_s, uint64_t now)
{
	uint32_t asking = asking_since(p->tracer, p->first_site);
	bool stopped = asking == NO_SITE && has_stopped(p, now);

	if (asking == NO_SITE && !stopped && probed_s < p->options->escalate_s)
		return;
	probing_end(&p->probing);
	if (stopped) {
		output_stage(p->output, "watching", "no more of them came: probes are off again");
		p->stage = WATCHING;
		return;
	}
	if (asking != NO_SITE) {
		tell_confirmed(p, asking);
	} else {
		output_stage(p->output, "watching",
			     "no request of that size came: probes are off again");
		tell(p, &p->regions, p->regions_of, LEAK);
	}
	p->stage = FOUND;
}

/* What malloc handed out need not be what grew. */
static void end_pairing(struct progressive *p, uint32_t kept)
{
	probing_end(&p->probing);
	output_stage(p->output, "watching",
		     "nothing was proven in that time: probes are off again");
	if (answer_of(&p->blocks, kept) == GROWING && rss_goes_on(&p->rss))
		tell(p, &p->blocks, kept, GROWING);
	p->stage = WATCHING;
}

static void pair(struct progressive *p, double probed_s, uint64_t now)
{
	uint32_t kept = worst(p, &p->blocks, p->probing.began_ns, now);

	if (answer_of(&p->blocks, kept) == LEAK) {
		probing_end(&p->probing);
		tell(p, &p->blocks, kept, LEAK);
		p->stage = FOUND;
	} else if (probed_s >= p->options->escalate_s) {
		end_pairing(p, verdicts_worst(p->blocks.verdicts, FROM_MALLOC));
	}
}

bool progressive_step(struct progressive *p)
{
	uint64_t now = now_ns();
	double probed_s = p->probing.began_ns ? (double)(now - p->probing.began_ns) / 1e9 : 0;

	if (!p->began_ns)
		p->began_ns = output_began(p->output);
	touches_look(p->touches, now);
	uint64_t rss = rss_of(p->options->pid);
	/* Of one that has just ended there is none. */
	if (rss)
		rss_add(&p->rss, rss);
	if (p->stage == WATCHING && is_time(&p->regions, now))
		watch(p, now);
	else if (p->stage == CONFIRMING)
		confirm(p, probed_s, now);
	else if (p->stage == PAIRING && is_time(&p->blocks, now))
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
	touches_forget(p->touches);
	verdicts_forget(p->regions.verdicts);
	verdicts_forget(p->blocks.verdicts);
	state->only_tid = 0;
	state->narrow_min = state->narrow_max = 0;
}

/* What the rule says at the end; of growth only where it goes on. */
static enum answer say_at_end(struct progressive *p, struct kept *kept, uint64_t since_ns,
			      uint64_t now)
{
	uint32_t site = worst(p, kept, since_ns, now);
	enum answer answer = answer_of(kept, site);

	if (answer == LEAK || (answer == GROWING && !p->told && rss_goes_on(&p->rss)))
		tell(p, kept, site, answer);
	return answer;
}

/* Nothing ends in silence, however short the run was. */
void progressive_end(struct progressive *p)
{
	uint64_t now = now_ns();
	enum stage was = p->stage;

	stop_probing(p);
	if (was == FOUND || !p->began_ns || now - p->began_ns < LEAST_WATCHED_NS)
		return;
	enum answer answer = say_at_end(p, &p->regions, p->began_ns, now);
	if (was == PAIRING && answer != LEAK)
		answer = say_at_end(p, &p->blocks, p->probing.began_ns, now);
	if (answer != LEAK && !p->told && rss_goes_on(&p->rss))
		tell_growth(p, now);
	if (answer != LEAK && !p->told)
		tell_nothing(p, now);
}

void progressive_free(struct progressive *p)
{
	if (!p)
		return;
	ages_free(&p->regions.ages);
	ages_free(&p->blocks.ages);
	verdicts_free(p->regions.verdicts);
	verdicts_free(p->blocks.verdicts);
	touches_free(p->touches);
	free(p);
}
