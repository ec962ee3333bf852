/* A program that allocates once it is told to on stdin, says so, and lives on. */
#include <stdio.h>
#include <unistd.h>

static inline void wait_for_go(void)
{
	char line[16];

	if (!fgets(line, sizeof(line), stdin))
		_exit(1);
}

static inline void say_done(void)
{
	if (write(STDOUT_FILENO, "done\n", 5) == 5)
		sleep(600);
}
