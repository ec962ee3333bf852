/* A process that forks, and one that becomes another program: only its own blocks of now count. */
#include "workloads.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FORKS = 20, IN_A_CHILD = 200 };

/* Frees its copies of the parent's blocks, at the same addresses, and leaves some of its own. */
static void child(bool becomes_another)
{
	for (size_t i = 0; i < count; i++)
		if (ledger->entries[i].alive)
			free((void *)ledger->entries[i].address);
	for (int i = 0; i < IN_A_CHILD; i++) {
		void *volatile block = malloc(100);
		(void)block;
	}
	if (becomes_another)
		execl("/bin/true", "true", (char *)NULL);
	_exit(0);
}

void forks(void)
{
	uint64_t random = 3;

	for (int i = 0; i < FORKS; i++) {
		for (size_t j = 0; j < count / FORKS; j++)
			turn(&ledger->entries[next(&random) % count], &random);
		pid_t pid = fork();
		if (pid == 0)
			child(i % 2 == 0);
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			fail("no child");
	}
}

void becomes(void)
{
	bool again = arguments[4] != NULL;

	/* Half as many in the second life, so that blocks of the first one would be noticed. */
	for (size_t i = 0; i < (again ? count / 2 : count); i++)
		enter(&ledger->entries[i], malloc(100 + again), 100 + again);
	if (again)
		return;
	execl("/proc/self/exe", arguments[0], arguments[1], arguments[2], arguments[3], "again",
	      (char *)NULL);
	fail("it could not become another program");
}
