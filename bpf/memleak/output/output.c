#include <stdlib.h>

#include "ground/clock.h"
#include "ground/process.h"
#include "output/form.h"
#include "symbols/symbols.h"

struct output *output_new(const struct options *options, struct tracer *tracer,
			  struct objects *objects)
{
	struct output *output = calloc(1, sizeof(*output));

	if (!output)
		return NULL;
	output->form = options->json ? &AS_JSON : &AS_TEXT;
	output->options = options;
	output->tracer = tracer;
	output->objects = objects;
	output->json.out = stdout;
	output->told = calloc(options->max_sites, sizeof(*output->told));
	output->tallies = tallies_new(options->max_sites);
	output->verdicts = verdicts_new(tracer, options->age_s * 1000);
	if (!output->told || !output->tallies || !output->verdicts) {
		output_free(output);
		return NULL;
	}
	if (options->pid) {
		comm_of(options->pid, output->comm, sizeof(output->comm));
		symbols_learn(options->pid, now_ns());
	}
	output->form->start(output);
	fflush(stdout);
	return output;
}

void output_attached(struct output *output, uint64_t load_ns, uint64_t attach_ns)
{
	output->began = now_ns();
	watched_begin(&output->watched, output->options->pid);
	output->form->attached(output, load_ns, attach_ns);
	fflush(stdout);
}

uint64_t output_began(const struct output *output)
{
	return output->began;
}

double output_ms(const struct output *output)
{
	return (double)(now_ns() - output->began) / 1e6;
}

void output_reach(struct output *output, struct inquiry *inquiry)
{
	output->inquiry = inquiry;
	verdicts_ask(output->verdicts, inquiry_knows, inquiry);
}

/* Whom the rule suspects is looked for; then it judges again. */
static bool look_into(struct output *output, enum occasion occasion, struct reach_answer *answer)
{
	bool looked = output->inquiry && occasion != THE_LAST_OF_ONE_GONE &&
		      inquiry_look(output->inquiry, output->verdicts, BLOCKS,
				   occasion == THE_LAST ? AT_ONCE : WITH_RESTS, answer);

	if (looked)
		verdicts_again(output->verdicts, tallies_ages(output->tallies));
	return looked;
}

void output_reachable(struct output *output, const struct reach_answer *answer)
{
	if (output->form->reachable)
		output->form->reachable(output, answer);
	fflush(stdout);
}

void output_snapshot(struct output *output, enum occasion occasion)
{
	uint64_t now = now_ns();
	struct reach_answer answer = { 0 };
	struct snapshot snapshot = { .final = occasion != AMONG_OTHERS,
				     .at_ms = (double)(now - output->began) / 1e6,
				     .began_ns = output->began,
				     .look_ns = now };

	if (!snapshot_take(&snapshot, output->options, output->tracer, output->tallies,
			   output->verdicts))
		return;
	if (output->options->pid && !output->options->progressive)
		snapshot.unseen = unseen_now(&output->watched, output->options->pid, output->tracer,
					     output->objects, snapshot.error_bytes);
	if (look_into(output, occasion, &answer))
		snapshot.reachable = &answer;
	output->form->snapshot(output, &snapshot);
	fflush(stdout);
	reach_answer_free(&answer);
	snapshot_free(&snapshot);
}

void output_exec(struct output *output, pid_t pid)
{
	if (output->options->pid) {
		watched_begin(&output->watched, pid);
		verdicts_forget(output->verdicts);
	}
	output->form->exec(output, pid);
	fflush(stdout);
}

void output_stage(struct output *output, const char *stage, const char *sentence)
{
	output->form->stage(output, stage, sentence);
	fflush(stdout);
}

void output_finding(struct output *output, const struct finding *finding)
{
	output->form->finding(output, finding);
	fflush(stdout);
}

void output_end(struct output *output, const char *reason)
{
	output->form->end(output, reason);
	fflush(stdout);
}

bool output_broken(const struct output *output)
{
	(void)output;
	return ferror(stdout) != 0;
}

bool frame_at(const struct site *site, uint32_t i, uint64_t *address, bool *caller)
{
	uint32_t extra = site->caller ? 1 : 0;

	if (i >= site->frame_count + extra || i >= MAX_FRAMES + extra || (site->frame_count == 0))
		return false;
	*address = i == 1 && extra ? site->caller : site->frames[i - (i > 1 ? extra : 0)];
	*caller = i > 0 || site->origin == FROM_MALLOC;
	return true;
}

void output_free(struct output *output)
{
	if (!output)
		return;
	free(output->told);
	tallies_free(output->tallies);
	verdicts_free(output->verdicts);
	free(output);
}
