#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <wordexp.h>

#include "objects/bound.h"
#include "run/command.h"

/* How long it may take to end when it is asked to. */
#define LOOKS 200
#define LOOK_EVERY_NS 10000000

static _Noreturn void become(char *const *words, bool silent, pid_t parent)
{
	sigset_t none;

	/* Even where we are killed, it ends. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(126);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* Stdout is for our documents alone. */
	if (silent)
		dup2(STDERR_FILENO, STDOUT_FILENO);
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	execvp(words[0], words);
	_exit(errno == ENOENT ? 127 : 126);
}

/* To where its dynamic linker has done its part: a system call later at most, before anything of
 * the program's, or of its libraries', has run. False where it has ended. */
static bool link_it(pid_t pid)
{
	int status, signal = 0;

	while (still_links(pid)) {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)signal) ||
		    waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
			return false;
		/* Of a system call the kernel says SIGTRAP, with a bit of its own; all else is the
		 * program's. */
		signal = WSTOPSIG(status) == (SIGTRAP | 0x80) ? 0 : WSTOPSIG(status);
	}
	return true;
}

static int split(const char *command, wordexp_t *words, struct reason *why)
{
	int failed = wordexp(command, words, WRDE_NOCMD | WRDE_UNDEF);

	if (!failed && words->we_wordc > 0)
		return 0;
	why->code = "no-command";
	reason_put(why, "%s is no command with its arguments: %s", command,
		   failed == WRDE_UNDEF	   ? "a name after a $ is not set"
		   : failed == WRDE_CMDSUB ? "no other command is run for it"
		   : failed ? "quotes are open, or a shell would have to run it (sh -c)"
			    : "it is empty");
	if (!failed)
		wordfree(words);
	return -1;
}

int command_begin(struct command *command, const struct options *options, struct reason *why)
{
	wordexp_t words;
	int status;
	pid_t parent = getpid();

	if (split(options->command, &words, why))
		return -1;
	pid_t pid = fork();
	if (pid == 0)
		become(words.we_wordv, options->json, parent);
	wordfree(&words);
	bool begun = pid > 0 && waitpid(pid, &status, 0) == pid && WIFSTOPPED(status);
	if (begun)
		ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)(long)PTRACE_O_TRACESYSGOOD);
	if (!begun || !link_it(pid)) {
		why->code = "no-command";
		reason_put(why, "%s can't be begun: %s", options->command,
			   pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 127
				   ? "there is no such program"
				   : "it can't be run, or has ended at once");
		return -1;
	}
	command->pid = pid;
	return 0;
}

void command_go(struct command *command)
{
	if (command->pid)
		command->goes = ptrace(PTRACE_DETACH, command->pid, NULL, NULL) == 0;
}

void command_end(struct command *command)
{
	if (!command->pid)
		return;
	/* One that is held would hold the signal, too. */
	kill(command->pid, command->goes ? SIGTERM : SIGKILL);
	for (int i = 0; i < LOOKS && waitpid(command->pid, NULL, WNOHANG) == 0; i++) {
		if (i == LOOKS / 2)
			kill(command->pid, SIGKILL);
		nanosleep(&(struct timespec){ .tv_nsec = LOOK_EVERY_NS }, NULL);
	}
	command->pid = 0;
}
