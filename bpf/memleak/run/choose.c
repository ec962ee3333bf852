/* Whom to trace, as the kernel is to be told. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "ground/clock.h"
#include "ground/process.h"
#include "objects/bound.h"
#include "run/find.h"
#include "run/run.h"

/* The kernel's own numbers for them, from include/linux/proc_ns.h and include/uapi/linux/magic.h:
 * the initial pid namespace, and the first of those that only the kernel numbers. */
#define INITIAL_PIDNS 0xEFFFFFFCu
#define FIRST_NAMESPACE 0xEFFFFFF0u
#define CGROUP1_MAGIC 0x27e0eb
#define CGROUP2_MAGIC 0x63677270
/* A program is linked within a moment; a busy machine may take its time. */
#define LONGEST_START_NS 1000000000ull
#define LOOK_EVERY_NS 5000000

static struct settings settings_of(const struct options *options)
{
	return (struct settings){
		.min_bytes = options->min_bytes,
		.max_bytes = options->max_bytes,
		.sample = (unsigned int)options->sample,
		.pid = (unsigned int)options->pid,
		.pidns = own_pidns(),
		.count_hits = options->progressive,
		.max_sites = options->max_sites,
		.depth = options->depth,
		.page_bytes = (unsigned int)sysconf(_SC_PAGESIZE),
	};
}

static int hidden(const struct run *run, uint32_t pid)
{
	return cannot(run, "needs-root",
		      "process %u can't be looked into: that takes CAP_SYS_PTRACE, and tracing it "
		      "CAP_BPF and CAP_PERFMON (run it with sudo)",
		      pid);
}

/* Why what goes by that number is none that could be traced; DONE where it may be. */
static int look_at_number(const struct run *run)
{
	pid_t pid = run->options.pid;
	struct life life = life_of(pid);
	char comm[64];

	comm_of(pid, comm, sizeof(comm));
	switch (life.living) {
	case NOBODY:
		return cannot(run, "no-process",
			      "there is no process %d here (in a container the pid is another one "
			      "than on its node)",
			      pid);
	case A_THREAD:
		return cannot(run, "thread-id",
			      "%d is a thread of process %d, and a process is traced as a whole: "
			      "-p %d",
			      pid, life.process, life.process);
	case A_ZOMBIE:
		return cannot(run, "zombie",
			      "process %d has ended, and is a zombie until its parent fetches its "
			      "exit code: it has no memory any more",
			      pid);
	case FIRST_THREAD_ENDED:
		return cannot(run, "first-thread-ended",
			      "the first thread of process %d has ended while others go on, and "
			      "/proc/%d shows none of what they have mapped: it can be traced only "
			      "from before that",
			      pid, pid);
	case OF_THE_KERNEL:
		return cannot(run, "kernel-thread",
			      "%d (%s) is a thread of the kernel: it calls no malloc", pid, comm);
	case A_PROCESS:
		break;
	}
	return DONE;
}

static int watch_process(struct run *run)
{
	pid_t pid = run->options.pid;
	int code = look_at_number(run);

	if (code)
		return code;
	run->waiter.target = (int)syscall(SYS_pidfd_open, pid, 0);
	if (run->waiter.target >= 0)
		return DONE;
	/* It may have ended just now. */
	code = look_at_number(run);
	return code ? code
		    : cannot(run, "kernel", "process %d can't be watched: %s", pid,
			     strerror(errno));
}

/*
 * What the process calls is known once its libraries are mapped, a moment after it began. One that
 * is stopped before that goes on when somebody lets it, and is waited for until then.
 */
static enum objects_found find_in_time(struct run *run)
{
	pid_t pid = run->options.pid;
	uint64_t until = now_ns() + LONGEST_START_NS;
	enum objects_found found;
	bool told = false;

	while ((found = objects_find(&run->objects, pid, WAITS)) == OBJECTS_EARLY) {
		struct life life = life_of(pid);
		if (life.stopped && !told)
			fprintf(stderr,
				"memleak: process %d is stopped, and its libraries are not mapped "
				"yet: waiting until it goes on\n",
				pid);
		told |= life.stopped;
		if (life.stopped)
			until = now_ns() + LONGEST_START_NS;
		if (life.living != A_PROCESS || now_ns() > until)
			return objects_find(&run->objects, pid, TAKES_WHAT_IS);
		nanosleep(&(struct timespec){ .tv_nsec = LOOK_EVERY_NS }, NULL);
	}
	return found;
}

/* Why its malloc can't be probed. */
static int without_malloc(const struct run *run, enum objects_found found)
{
	pid_t pid = run->options.pid;
	int code = look_at_number(run);

	if (code)
		return code;
	switch (found) {
	case OBJECTS_HIDDEN:
		return hidden(run, (uint32_t)pid);
	case OBJECTS_32BIT:
		return cannot(run, "32-bit",
			      "process %d runs a program of 32 bits, whose malloc is not traced; "
			      "--progressive watches its page faults and mmap calls",
			      pid);
	case OBJECTS_CLOSED:
		return cannot(
			run, "closed-files",
			"the files that process %d has mapped lie where we may not look: that "
			"takes CAP_DAC_READ_SEARCH besides, or CAP_CHECKPOINT_RESTORE for one that "
			"was replaced (run it with sudo)",
			pid);
	default:
		break;
	}
	if (still_links(pid))
		return cannot(
			run, "not-linked-yet",
			"process %d has mapped no libc in a second: its dynamic linker has not "
			"come to it yet; begin again once it runs",
			pid);
	return cannot(
		run, "no-malloc",
		"process %d has no malloc to trace: neither its program nor a library of it "
		"defines one under that name (a static binary without symbols?); --progressive "
		"traces its page faults and mmap calls instead",
		pid);
}

/* Progressive tracing does without a malloc to probe. */
static int find_malloc(struct run *run)
{
	enum objects_found found = find_in_time(run);

	if (found == OBJECTS_FOUND || (run->options.progressive && found != OBJECTS_HIDDEN))
		return DONE;
	return without_malloc(run, found);
}

static int choose_process(struct run *run)
{
	struct settings *settings = &run->settings;
	int code = watch_process(run);

	if (!code)
		code = find_malloc(run);
	/* The gadget's own filter numbers processes as the initial pid namespace does; where we
	 * don't, containers do. */
	if (!code && run->options.gadget && settings->pidns != INITIAL_PIDNS) {
		settings->mntns = mntns_of(run->options.pid);
		settings->by_mntns = 1;
	}
	return code;
}

static int choose_mntns(struct run *run)
{
	struct settings *settings = &run->settings;
	uint32_t given = run->options.mntns;

	/* Namespaces are numbered far above any pid; the initial ones are the first. */
	settings->mntns = given >= FIRST_NAMESPACE ? given : mntns_of((pid_t)given);
	settings->by_mntns = 1;
	if (!settings->mntns && (errno == EACCES || errno == EPERM))
		return hidden(run, given);
	if (!settings->mntns)
		return cannot(run, "no-process",
			      "there is no process %u whose mount namespace could be taken", given);
	struct found found = { .objects = &run->objects, .newcomers = &run->newcomers };
	find_in_mntns(&found, settings->mntns);
	run->first = found.first;
	if (!found.count)
		return cannot(
			run, "nobody",
			"no process that can be seen from here has mount namespace %u and a malloc "
			"to trace (is this the node's pid namespace?)",
			settings->mntns);
	return DONE;
}

static int choose_cgroup(struct run *run)
{
	const char *path = run->options.cgroup;
	struct settings *settings = &run->settings;
	struct statfs fs;
	struct stat st;

	run->cgroup = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (run->cgroup < 0 || fstatfs(run->cgroup, &fs) || fstat(run->cgroup, &st))
		return cannot(run, "no-cgroup", "%s: %s", path, strerror(errno));
	if (fs.f_type == CGROUP2_MAGIC) {
		settings->by_cgroup = BY_CGROUP2;
	} else if (fs.f_type == CGROUP1_MAGIC) {
		settings->by_cgroup = BY_CGROUP1;
		settings->cgroup = st.st_ino;
	} else {
		return cannot(run, "no-cgroup", "%s is no cgroup", path);
	}
	struct found found = { .objects = &run->objects, .newcomers = &run->newcomers };
	find_in_cgroup(&found, run->cgroup);
	if (!found.count)
		return cannot(
			run, "nobody",
			"no process that can be seen from here is in %s and has a malloc to trace",
			path);
	return DONE;
}

int run_choose(struct run *run)
{
	run->settings = settings_of(&run->options);
	if (run->options.pid)
		return choose_process(run);
	if (run->options.mntns)
		return choose_mntns(run);
	return choose_cgroup(run);
}
