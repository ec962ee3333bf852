#include <stdio.h>

#include "output/lives.h"
#include "rule/bins.h"

static void ended(struct json *json, const struct site *site, const struct line *line, int digits)
{
	json_array_field(json, "ended");
	for (unsigned bin = 0; bin < LIFE_BINS; bin++) {
		double count = ended_in(site, line->lives, bin);
		if (count <= 0)
			continue;
		json_open_array(json);
		json_u64(json, bin);
		json_fixed(json, count, digits);
		json_close_array(json);
	}
	json_close_array(json);
}

static void alive(struct json *json, const struct line *line, int digits)
{
	json_array_field(json, "alive");
	for (unsigned bin = 0; bin < LIFE_BINS; bin++) {
		const struct age *age = &line->ages[bin];
		if (age->count <= 0)
			continue;
		json_open_array(json);
		json_u64(json, bin);
		json_fixed(json, age->count, digits);
		json_fixed(json, age->bytes, 0);
		json_close_array(json);
	}
	json_close_array(json);
}

void lives_json(struct json *json, const struct site *site, const struct line *line,
		uint64_t began_ns)
{
	int digits = site->fraction_bits ? 3 : 0;
	uint64_t longest = site->longest_ns, last = site->last_birth_ns;

	ended(json, site, line, digits);
	alive(json, line, digits);
	if (longest)
		json_fixed_field(json, "longest_ended_ms", (double)longest / 1e6, 3);
	if (last)
		json_fixed_field(json, "last_birth_ms", ((double)last - (double)began_ns) / 1e6, 3);
	json_string_field(json, "answer", answer_name(line->judged->answer));
}

struct time_text {
	char text[32];
};
/* Three digits: "134 ms", "2.15 s". */
static struct time_text length(double ns)
{
	struct time_text time;
	double value = ns < 1e9 ? ns / 1e6 : ns / 1e9;
	int digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;

	snprintf(time.text, sizeof(time.text), "%.*f %s", digits, value, ns < 1e9 ? "ms" : "s");
	return time;
}

/* Ages are told in steps of two octaves: 134 ms, 537 ms, 2.15 s, 8.59 s, 34.4 s, 137 s … */
#define FIRST_STEP_OCTAVE 27
#define BINS_A_STEP (2 * BINS_AN_OCTAVE)

static void kept_by_age(const struct line *line)
{
	unsigned bin = 0, to = 1 + (FIRST_STEP_OCTAVE - FIRST_OCTAVE) * BINS_AN_OCTAVE;
	const char *before = "; kept by age: ";

	for (; bin < LIFE_BINS; to += BINS_A_STEP) {
		double count = 0;
		unsigned end = to < LIFE_BINS ? to : LIFE_BINS;
		for (; bin < end; bin++)
			count += line->ages[bin].count;
		if (count < 0.5)
			continue;
		if (end < LIFE_BINS)
			printf("%s%.0f under %s", before, count,
			       length(bin_from_ms(end) * 1e6).text);
		else
			printf("%s%.0f older", before, count);
		before = ", ";
	}
}

void lives_text(const struct site *site, const struct line *line, uint64_t look_ns)
{
	double count = 0;

	for (unsigned bin = 0; bin < LIFE_BINS; bin++)
		count += ended_in(site, line->lives, bin);
	printf("    lives: %.0f ended", count);
	if (site->longest_ns)
		printf(", the longest after %s", length((double)site->longest_ns).text);
	kept_by_age(line);
	if (site->last_birth_ns)
		printf("; the last began %s before",
		       length(look_ns > site->last_birth_ns
				      ? (double)(look_ns - site->last_birth_ns)
				      : 0)
			       .text);
	putchar('\n');
}
