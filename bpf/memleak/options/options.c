/* The command line. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "options/table.h"
#include "shared.h"

#define MOST_OPTIONS 64
#define TOP_AS_TEXT 10
#define MOST_BETWEEN (128ull << 20)

static const struct options DEFAULTS = {
	.interval_s = 5,
	.max_bytes = UINT64_MAX,
	.top = TOP_BY_FORM,
	.depth = MAX_FRAMES,
	.max_blocks = 1 << 20,
	.max_sites = 16384,
	.age_s = AGE_NOT_TOLD,
	.escalate_s = 45,
};

/* What getopt is told of the table; what it answers with is the row's number. */
struct told {
	struct option names[MOST_OPTIONS];
	char letters[2 * MOST_OPTIONS];
};
enum { FIRST_ROW = 256 };

static struct told tell(void)
{
	struct told told = { 0 };
	size_t names = 0, letters = 0;

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = &OPTIONS[i];
		if (row->heading)
			continue;
		told.names[names++] =
			(struct option){ .name = row->name,
					 .has_arg = !row->argument	      ? no_argument
						    : row->argument[0] == '[' ? optional_argument
									      : required_argument,
					 .val = FIRST_ROW + (int)i };
		if (!row->letter)
			continue;
		told.letters[letters++] = row->letter;
		if (row->argument)
			told.letters[letters++] = ':';
	}
	return told;
}

static const struct option_row *row_of(int answer)
{
	if (answer >= FIRST_ROW)
		return &OPTIONS[answer - FIRST_ROW];
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (OPTIONS[i].letter && OPTIONS[i].letter == answer)
			return &OPTIONS[i];
	return NULL;
}

static int complain(const struct option_row *row, const char *text)
{
	char letter[] = { '-', row->letter, '\0' };

	fprintf(stderr, "memleak: %s%s takes %s, and %s is none. memleak --help\n",
		row->letter ? "" : "--", row->letter ? letter : row->name, row->wants, text);
	return USAGE;
}

static int misused(const char *sentence)
{
	fprintf(stderr, "memleak: %s\n", sentence);
	return USAGE;
}

/* What each option allows and all together don't. */
static int check(const struct options *options)
{
	if ((options->pid != 0) + (options->command != NULL) + (options->mntns != 0) +
		    (options->cgroup != NULL) !=
	    1)
		return misused("say whom to trace: -p PID, -c COMMAND, --mntns PID or --cgroup "
			       "DIRECTORY, one of them. memleak --help");
	if (options->sample > MOST_BETWEEN)
		return misused(
			"--sample takes 128M at most: what is drawn more rarely says nothing");
	if (options->sample && options->progressive)
		return misused("--progressive follows few blocks, and no sample of them");
	if (options->min_bytes > options->max_bytes)
		return misused("--min-size is above --max-size: nothing would pass");
	if (options->reachable && !options->pid && !options->command)
		return misused("--reachable looks into one process: -p PID");
	if (options->gadget &&
	    (options->progressive || options->reachable || options->cgroup || options->command ||
	     options->blocks || options->older_than_s > 0 ||
	     options->max_bytes != DEFAULTS.max_bytes || options->depth != DEFAULTS.depth ||
	     options->top != DEFAULTS.top || options->attach != DEFAULTS.attach ||
	     options->max_blocks != DEFAULTS.max_blocks ||
	     options->max_sites != DEFAULTS.max_sites))
		return misused(
			"--gadget goes with -p or --mntns, --min-size, --sample, -i and -d only. "
			"memleak --help");
	if (options->late && !options->gadget)
		return misused("--late goes with --gadget. memleak --help");
	if (options->progressive && !options->pid && !options->command)
		return misused("--progressive watches one process: -p PID");
	return -1;
}

/* INTERVAL [COUNT], as BCC's memleak has them; false where they are none. */
static bool read_positional(struct options *options, char *const *words)
{
	const struct option_row interval = { .least = LEAST_INTERVAL },
				lists = { .least = 1, .most = UINT32_MAX };

	if (!words[0])
		return true;
	if (!read_seconds(&interval, words[0], &options->interval_s))
		return false;
	if (!words[1])
		return true;
	if (words[2] || !read_number(&lists, words[1], &options->lists))
		return false;
	options->duration_s = options->interval_s * options->lists;
	return true;
}

int options_read(struct options *options, int argc, char **argv)
{
	struct told told = tell();
	int answer;

	*options = DEFAULTS;
	while ((answer = getopt_long(argc, argv, told.letters, told.names, NULL)) != -1) {
		const struct option_row *row = row_of(answer);
		if (!row) {
			fputs("memleak --help says what there is\n", stderr);
			return USAGE;
		}
		if (row->letter == 'V') {
			puts("memleak " VERSION);
			return DONE;
		}
		if (row->letter == 'h') {
			help_print();
			return DONE;
		}
		if (!row->read(row, optarg, (char *)options + row->offset))
			return complain(row, optarg);
	}
	if (!read_positional(options, argv + optind)) {
		fprintf(stderr, "memleak: %s belongs to no option. memleak --help\n", argv[optind]);
		return USAGE;
	}
	int code = check(options);
	if (options->top == TOP_BY_FORM)
		options->top = options->json ? 0 : TOP_AS_TEXT;
	return code;
}
