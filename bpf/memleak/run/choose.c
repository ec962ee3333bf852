/* Whom to trace, as the kernel is to be told. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "ground/process.h"
#include "run/find.h"
#include "run/run.h"

/* The kernel's own numbers for them, from include/linux/proc_ns.h and include/uapi/linux/magic.h:
 * the initial pid namespace, and the first of those that only the kernel numbers. */
#define INITIAL_PIDNS 0xEFFFFFFCu
#define FIRST_NAMESPACE 0xEFFFFFF0u
#define CGROUP1_MAGIC 0x27e0eb
#define CGROUP2_MAGIC 0x63677270

static struct settings settings_of(const struct options *options)
{
	return (struct settings){
		.min_bytes = options->min_bytes,
		.max_bytes = options->max_bytes,
		.sample = options->sample,
		.pid = (unsigned int)options->pid,
		.pidns = own_pidns(),
		.count_hits = options->progressive,
		.max_sites = options->max_sites,
		.depth = options->depth,
		.page_bytes = (unsigned int)sysconf(_SC_PAGESIZE),
	};
}

static int hidden(uint32_t pid)
{
	return cannot("process %u can't be looked into: that takes CAP_SYS_PTRACE, and tracing it "
		      "CAP_BPF and CAP_PERFMON (run it with sudo)",
		      pid);
}

static int watch_process(struct run *run)
{
	pid_t pid = run->options.pid;

	run->waiter.target = (int)syscall(SYS_pidfd_open, pid, 0);
	if (run->waiter.target >= 0)
		return DONE;
	if (errno == ESRCH)
		return cannot(
			"there is no process %d here (in a container the pid is another one than "
			"on its node)",
			pid);
	return cannot("process %d can't be watched", pid);
}

/* Progressive tracing does without a malloc to probe. */
static int find_malloc(struct run *run)
{
	pid_t pid = run->options.pid;
	enum objects_found found = objects_find(&run->objects, pid);

	if (found == OBJECTS_HIDDEN)
		return hidden((uint32_t)pid);
	if (found == OBJECTS_FOUND || run->options.progressive)
		return DONE;
	if (found == OBJECTS_CLOSED)
		return cannot(
			"the files that process %d has mapped lie where we may not look: that "
			"takes CAP_DAC_READ_SEARCH besides, or CAP_CHECKPOINT_RESTORE for one that "
			"was replaced (run it with sudo)",
			pid);
	return cannot(
		"process %d has no malloc to trace: neither its program nor a library of it "
		"defines one under that name (a static binary without symbols?); --progressive "
		"traces its page faults and mmap calls instead",
		pid);
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
		return hidden(given);
	if (!settings->mntns)
		return cannot("there is no process %u whose mount namespace could be taken", given);
	if (find_in_mntns(&run->objects, settings->mntns, &run->first) == 0)
		return cannot(
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
		return cannot("%s: %s", path, strerror(errno));
	if (fs.f_type == CGROUP2_MAGIC) {
		settings->by_cgroup = BY_CGROUP2;
	} else if (fs.f_type == CGROUP1_MAGIC) {
		settings->by_cgroup = BY_CGROUP1;
		settings->cgroup = st.st_ino;
	} else {
		return cannot("%s is no cgroup", path);
	}
	if (find_in_cgroup(&run->objects, run->cgroup) == 0)
		return cannot(
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
