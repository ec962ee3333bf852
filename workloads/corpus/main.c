/*
 * corpus KIND: one program of the corpus. Without a kind it lists them. SEED draws its numbers; its
 * truth is one JSON line at its start, on stdout and in the file that TRUTH names, and another one
 * says at its end what came of it. WAIT=1: it begins once a line comes on stdin. SPEED=20: its time
 * runs so much faster. It ends by SIGTERM, with its parent, or after SECONDS (900).
 */
#include "corpus.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static const struct kind *const families[] = { requests, lost,	  held,	    caches,
					       sessions, batches, restarts, NULL };
static const char *const OUTCOMES[] = { "lost", "held", "healthy" };

struct truth truth = { .call = "malloc", .via = "", .at_once = 1 };
char **arguments;
static struct {
	unsigned long births, freed, lost;
	size_t born, back, forgotten;
	double last_birth_ms;
} count;
static volatile sig_atomic_t stopped;

void born(size_t bytes)
{
	count.births++;
	count.born += bytes;
	count.last_birth_ms = now_ms();
}

void given_back(size_t bytes)
{
	if (bytes == 0)
		return;
	count.freed++;
	count.back += bytes;
}

void forgotten(size_t bytes)
{
	count.lost++;
	count.forgotten += bytes;
}

void *touch(void *block, size_t bytes)
{
	char *at = block;

	if (at == NULL)
		abort();
	memset(at, 0x5a, bytes < 4096 ? bytes : 4096);
	for (size_t n = 4096; n < bytes; n += 4096)
		at[n] = 0x5a;
	return block;
}

/* Of every program: a service's own traffic, given back with its answer, and not counted (0 bytes
 * to later.c). */
SITE void *handle_request(size_t bytes)
{
	return touch(malloc(bytes), bytes);
}

/* Not static: a compiler leaves out what nobody reads, and then nothing holds them. */
void *settings[64];
static double request_every, request_bytes;

/* What a service reads when it begins, and has for ever: larger than many a leak. */
SITE void load_settings(void)
{
	int blocks = (int)between(16, 64);

	for (int n = 0; n < blocks; n++) {
		size_t bytes = (size_t)about(256, 32768);

		settings[n] = touch(malloc(bytes), bytes);
	}
}

static double serve(void)
{
	size_t bytes = (size_t)(request_bytes * between(0.5, 1.5));

	free_later(handle_request(bytes), 0, about(1, 40));
	return interval(request_every);
}

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	static char line[1024];
	const char *path = getenv("TRUTH");
	va_list values;

	va_start(values, format);
	int length = vsnprintf(line, sizeof(line), format, values);
	va_end(values);
	int fd = path != NULL ? open(path, O_WRONLY | O_CREAT | O_APPEND, 0644) : -1;
	if (fd >= 0 && write(fd, line, (size_t)length) == length)
		close(fd);
	if (write(STDOUT_FILENO, line, (size_t)length) != length)
		stopped = 1;
}

static double number(const char *name, double otherwise)
{
	const char *text = getenv(name);

	return text != NULL && *text != '\0' ? strtod(text, NULL) : otherwise;
}

static const struct kind *find(const char *name)
{
	for (const struct kind *const *of = families; *of != NULL; of++)
		for (const struct kind *kind = *of; kind->name != NULL; kind++)
			if (name == NULL)
				printf("%s\n", kind->name);
			else if (strcmp(kind->name, name) == 0)
				return kind;
	return NULL;
}

/* What libc itself says is handed out. */
static size_t libc_bytes(void)
{
	struct mallinfo2 all = mallinfo2();

	return all.uordblks + all.hblkhd;
}

static void run(const struct kind *kind)
{
	double own = 0, other = 0;

	while (!stopped) {
		double now = now_ms();

		free_due();
		if (own <= now)
			own += kind->step();
		else if (other <= now)
			other += serve();
		double due = own < other ? own : other;
		sleep_until(due < next_free() ? due : next_free());
	}
}

static void say_truth(const struct kind *kind, unsigned long seed)
{
	say("{\"program\":\"%s\",\"seed\":%lu,\"class\":\"%s\",\"function\":\"%s\",\"call\":\"%s\",\"via\":\"%s\",\"share\":%.4f,"
	    "\"bytesPerSecond\":%.1f,\"startsMs\":%.0f,\"birthsPerSecond\":%.3f,\"atOnce\":%d,\"lifeMs\":[%.0f,%.0f]}\n",
	    kind->name, seed, OUTCOMES[kind->outcome], kind->function, truth.call, truth.via,
	    truth.share, truth.bytes_per_second, truth.starts_ms, truth.births_per_second,
	    truth.at_once, truth.life_ms[0], truth.life_ms[1]);
}

int main(int argc, char **argv)
{
	const struct kind *kind = find(argc == 2 ? argv[1] : NULL);
	unsigned long seed = (unsigned long)number("SEED", 1);
	bool again = getenv(RESTARTED) != NULL;
	char go;

	if (kind == NULL)
		return argc == 1 ? 0 : (fprintf(stderr, "corpus: no such program\n"), 2);
	arguments = argv;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	/* Without SA_RESTART: it ends what it interrupts. */
	sigaction(SIGTERM, &(struct sigaction){ .sa_handler = stop }, NULL);
	sigaction(SIGINT, &(struct sigaction){ .sa_handler = stop }, NULL);
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = stop }, NULL);
	if (!again)
		alarm((unsigned)number("SECONDS", 900));
	/* Or the first free of a big block changes where the others lie. */
	mallopt(M_MMAP_THRESHOLD, 131072);

	draw_from(seed, kind->name);
	request_every = about(25, 100);
	request_bytes = about(64, 4096);
	kind->begin();
	if (!again)
		say_truth(kind, seed);
	if (!again && number("WAIT", 0) != 0)
		while (!stopped && read(STDIN_FILENO, &go, 1) == 1 && go != '\n')
			;
	clock_start(number("SPEED", 1));
	load_settings();
	size_t before = libc_bytes();
	run(kind);
	say("{\"program\":\"%s\",\"ranMs\":%.0f,\"births\":%lu,\"freed\":%lu,\"lost\":%lu,\"lostBytes\":%zu,"
	    "\"outstandingBytes\":%zu,\"libcBytes\":%zd,\"lastBirthMs\":%.0f}\n",
	    kind->name, now_ms(), count.births, count.freed, count.lost, count.forgotten,
	    count.born - count.back, (ssize_t)(libc_bytes() - before), count.last_birth_ms);
	/* What it holds is what a service holds that is killed. */
	_exit(0);
}
