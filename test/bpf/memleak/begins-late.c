/* Begins a program that stands still before its first instruction, for so many ms; prints its pid.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **arguments)
{
	int status;
	pid_t pid = count > 2 ? fork() : -1;

	if (pid < 0)
		return 1;
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		execv(arguments[2], arguments + 2);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	kill(pid, SIGSTOP);
	ptrace(PTRACE_DETACH, pid, 0, SIGSTOP);
	printf("%d\n", pid);
	fflush(stdout);
	usleep((unsigned)atoi(arguments[1]) * 1000);
	kill(pid, SIGCONT);
	waitpid(pid, &status, 0);
	return 0;
}
