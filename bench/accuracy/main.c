/*
 * A program with a ledger: what bench/lib/accuracy.ts starts, as `PROGRAM WORKLOAD LEDGER COUNT`.
 *
 * It says `ready`, and then takes a word a line on stdin: `go` begins, or goes on; `stop` is
 * answered by `stopped` once no thread allocates any more. It ends with its stdin.
 */
#include "ledger.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct ledger *ledger;
size_t count;
char **arguments;

static void say(const char *text)
{
	if (write(STDOUT_FILENO, text, strlen(text)) < 0)
		_exit(1);
}

void fail(const char *what)
{
	if (write(STDERR_FILENO, what, strlen(what)) < 0 || write(STDERR_FILENO, "\n", 1) < 0)
		_exit(1);
	_exit(1);
}

void ledger_open(const char *path, size_t capacity)
{
	size_t bytes = sizeof(struct ledger) + capacity * sizeof(struct entry);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || ftruncate(fd, (off_t)bytes) != 0)
		fail("the ledger can't be written");
	ledger = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (ledger == MAP_FAILED)
		fail("the ledger can't be mapped");
	close(fd);
	ledger->capacity = capacity;
}

void enter(struct entry *entry, void *block, size_t bytes)
{
	struct timespec now;

	if (block == NULL)
		fail("no memory");
	clock_gettime(CLOCK_MONOTONIC, &now);
	entry->address = (uint64_t)block;
	entry->bytes = bytes;
	entry->born_ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	__atomic_store_n(&entry->alive, 1, __ATOMIC_RELEASE);
	__atomic_fetch_add(&ledger->made, 1, __ATOMIC_RELAXED);
}

void *leave(struct entry *entry)
{
	__atomic_store_n(&entry->alive, 0, __ATOMIC_RELEASE);
	return (void *)entry->address;
}

uint64_t next(uint64_t *state)
{
	/* splitmix64 */
	uint64_t z = (*state += 0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
	return z ^ (z >> 31);
}

/* stdio would allocate a buffer, which is in no ledger. */
static int word(char *into, size_t room)
{
	size_t at = 0;

	while (read(STDIN_FILENO, into + at, 1) == 1) {
		if (into[at] == '\n') {
			into[at] = '\0';
			return 1;
		}
		if (++at == room)
			fail("no such word");
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct workload *w = workloads;
	char said[16];

	if (argc < 4)
		fail("usage: WORKLOAD LEDGER COUNT");
	while (w->name != NULL && strcmp(w->name, argv[1]) != 0)
		w++;
	if (w->name == NULL)
		fail("no such workload");
	/* Ctrl-C is for the benchmark, which closes stdin. */
	signal(SIGINT, SIG_IGN);
	arguments = argv;
	count = strtoul(argv[3], NULL, 10);
	ledger_open(argv[2], count);
	if (w->prepare != NULL)
		w->prepare();
	/* A program that became another one goes on where it was. */
	if (argc > 4)
		w->go();
	else
		say("ready\n");
	while (word(said, sizeof(said))) {
		if (strcmp(said, "go") == 0) {
			w->go();
		} else if (strcmp(said, "stop") == 0) {
			if (w->stop != NULL)
				w->stop();
			say("stopped\n");
		} else {
			fail("no such word");
		}
	}
	return 0;
}
