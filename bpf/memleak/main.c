/* The command line, and the loop: wait for what happens, print what was asked. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "gadget.h"
#include "options.h"
#include "output.h"
#include "progressive.h"

uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* The kernel's own number for it, from include/linux/proc_ns.h. */
#define INITIAL_PIDNS 0xEFFFFFFCu

static uint32_t inode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (uint32_t)st.st_ino : 0;
}

#define MOST_WAITING 256
#define TRIES 100

/* What a run holds; freed in one place. */
struct run {
	struct options options;
	struct settings settings;
	struct objects objects;
	struct tracer *tracer;
	struct output *output;
	struct progressive *progressive;
	struct gadget *gadget;
	pid_t first; /* of those that a filter chose */
	int pidfd, signals, timer, retry, cgroup;
	/* Processes that have become another program, whose libc is not there yet. */
	struct {
		pid_t pid;
		int tries;
	} waiting[MOST_WAITING];
	int waiting_count;
	int warned; /* so many objects have been looked at for what has to be said of them */
};

/* What filters choose: all processes there are now, with the files that their malloc lies in. */
static int find_in_mntns(struct run *run)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int found = 0;

	while (proc && (entry = readdir(proc))) {
		char path[64];
		pid_t pid = atoi(entry->d_name);
		if (pid <= 0)
			continue;
		snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
		if (inode_of(path) == run->settings.mntns &&
		    objects_find(&run->objects, pid) == 0 && found++ == 0)
			run->first = pid;
	}
	if (proc)
		closedir(proc);
	return found;
}

static struct run *walking;
static int walk_found;

static int in_cgroup(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	const char *name = strrchr(path, '/');
	if (type != FTW_F || !name || strcmp(name, "/cgroup.procs") != 0)
		return 0;
	FILE *list = fopen(path, "re");
	int pid;
	while (list && fscanf(list, "%d", &pid) == 1)
		if (pid > 0 && objects_find(&walking->objects, pid) == 0)
			walk_found++;
	if (list)
		fclose(list);
	return 0;
}

static int find_in_cgroup(struct run *run)
{
	walking = run;
	walk_found = 0;
	nftw(run->options.cgroup, in_cgroup, 16, FTW_PHYS);
	return walk_found;
}

static int cannot(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int cannot(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("memleak: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	return CANNOT;
}

/* Whom to trace, as the kernel is to be told. */
static int choose(struct run *run)
{
	struct options *options = &run->options;
	struct settings *settings = &run->settings;

	*settings = (struct settings){
		.min_bytes = options->min_bytes,
		.max_bytes = options->max_bytes,
		.sample = options->sample,
		.pid = (unsigned int)options->pid,
		.pidns = inode_of("/proc/self/ns/pid"),
		.count_hits = options->progressive,
		.max_sites = options->max_sites,
		.depth = options->depth,
		.page_bytes = (unsigned int)sysconf(_SC_PAGESIZE),
	};
	if (options->pid) {
		run->pidfd = (int)syscall(SYS_pidfd_open, options->pid, 0);
		if (run->pidfd < 0)
			return cannot(errno == ESRCH
					      ? "there is no process %d here (in a container the "
						"pid is another one than on its node)"
					      : "process %d can't be watched",
				      options->pid);
		int found = objects_find(&run->objects, options->pid);
		if (found == -2)
			return cannot("process %d can't be looked into: that takes CAP_SYS_PTRACE, "
				      "and tracing it CAP_BPF and CAP_PERFMON (run it with sudo)",
				      options->pid);
		if (found == -3 && !options->progressive)
			return cannot(
				"the files that process %d has mapped lie where we may not look: "
				"that takes CAP_DAC_READ_SEARCH besides, or CAP_CHECKPOINT_RESTORE "
				"for one that was replaced (run it with sudo)",
				options->pid);
		/* The gadget's own filter numbers processes as the initial pid namespace does;
		 * where we don't, containers do. */
		if (options->gadget && settings->pidns != INITIAL_PIDNS) {
			char path[64];
			snprintf(path, sizeof(path), "/proc/%d/ns/mnt", options->pid);
			settings->mntns = inode_of(path);
			settings->by_mntns = 1;
		}
		if (found && !options->progressive)
			return cannot("process %d has no malloc to trace: neither its program nor "
				      "a library of it defines one under that name (a static "
				      "binary without symbols?); --progressive traces its page "
				      "faults and mmap calls instead",
				      options->pid);
	}
	if (options->mntns) {
		char path[64];
		unsigned long number = strtoul(options->mntns, NULL, 10);
		snprintf(path, sizeof(path), "/proc/%lu/ns/mnt", number);
		/* Namespaces are numbered from here on, far above any pid; the initial ones are the
		 * first. */
		settings->mntns = number >= 0xEFFFFFF0ul ? (unsigned int)number : inode_of(path);
		settings->by_mntns = 1;
		if (!settings->mntns && (errno == EACCES || errno == EPERM))
			return cannot("process %s can't be looked into: that takes CAP_SYS_PTRACE, "
				      "and tracing it CAP_BPF and CAP_PERFMON (run it with sudo)",
				      options->mntns);
		if (!settings->mntns)
			return cannot("there is no process %s whose mount namespace could be taken",
				      options->mntns);
		if (find_in_mntns(run) == 0)
			return cannot(
				"no process that can be seen from here has mount namespace %u and "
				"a malloc to trace (is this the node's pid namespace?)",
				settings->mntns);
	}
	if (options->cgroup) {
		struct statfs fs;
		struct stat st;
		run->cgroup = open(options->cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (run->cgroup < 0 || fstatfs(run->cgroup, &fs) || fstat(run->cgroup, &st))
			return cannot("%s: %s", options->cgroup, strerror(errno));
		if (fs.f_type == 0x63677270 /* CGROUP2_SUPER_MAGIC */) {
			settings->by_cgroup = 1;
		} else if (fs.f_type == 0x27e0eb /* CGROUP_SUPER_MAGIC */) {
			settings->by_cgroup = 2;
			settings->cgroup = st.st_ino;
		} else {
			return cannot("%s is no cgroup", options->cgroup);
		}
		if (find_in_cgroup(run) == 0)
			return cannot("no process that can be seen from here is in %s and has a "
				      "malloc to trace",
				      options->cgroup);
	}
	return DONE;
}

static void on_event(void *with, const struct event *event)
{
	struct run *run = with;

	/* What one process held when it ended is what its last list is about. */
	if (event->type == EVENT_EXIT && run->options.pid)
		return;
	tracer_forget(run->tracer, event->tgid, event->at_ns);
	if (!event->pid)
		return;
	symbols_forget((pid_t)event->pid);
	if (event->type == EVENT_EXEC) {
		output_exec(run->output, (pid_t)event->pid);
		if (run->progressive)
			progressive_exec(run->progressive);
		/* A probe for one process is bound to its first thread, which ends where another
		 * one calls exec. */
		if (run->options.pid) {
			tracer_detach(run->tracer);
			objects_free(&run->objects);
			run->warned = 0;
		}
		int at = 0;
		while (at < run->waiting_count && run->waiting[at].pid != (pid_t)event->pid)
			at++;
		if (at == MOST_WAITING) {
			fprintf(stderr,
				"memleak: too many processes begin at once: %u is not looked at\n",
				event->pid);
			return;
		}
		run->waiting[at].pid = (pid_t)event->pid;
		run->waiting[at].tries = TRIES;
		if (at == run->waiting_count)
			run->waiting_count++;
		struct itimerspec soon = { .it_value.tv_nsec = 5000000,
					   .it_interval.tv_nsec = 10000000 };
		timerfd_settime(run->retry, 0, &soon, NULL);
	}
}

/* Of an allocator with a C++ new of its own. */
static void warn(struct run *run)
{
	for (; run->warned < run->objects.count; run->warned++)
		if (run->objects.list[run->warned]->own_new)
			fprintf(stderr,
				"memleak: %s has a C++ new of its own, which does not go through "
				"malloc: what is asked for by new is not seen\n",
				run->objects.list[run->warned]->name);
}

/* A program that has just begun: its libc is mapped a moment later. */
static void on_retry(struct run *run)
{
	char why[1024];
	uint64_t ticks;
	int before = run->objects.count, left = 0;

	if (read(run->retry, &ticks, sizeof(ticks)) <= 0)
		return;
	for (int i = 0; i < run->waiting_count; i++) {
		pid_t pid = run->waiting[i].pid;
		if (objects_find(&run->objects, pid) == 0 || kill(pid, 0))
			continue;
		if (--run->waiting[i].tries > 0)
			run->waiting[left++] = run->waiting[i];
		else if (run->options.pid && !run->progressive)
			fprintf(stderr,
				"memleak: process %d has no malloc to trace any more: the program "
				"that it has become defines none under that name\n",
				pid);
	}
	run->waiting_count = left;
	if (!run->progressive && run->objects.count > before) {
		if (tracer_attach(run->tracer, &run->objects, run->options.pid, why, sizeof(why)))
			fprintf(stderr, "memleak: %s\n", why);
		warn(run);
	}
	if (left == 0) {
		struct itimerspec never = { 0 };
		timerfd_settime(run->retry, 0, &never, NULL);
	}
}

static struct timespec seconds(double s)
{
	struct timespec t = { .tv_sec = (time_t)s };
	t.tv_nsec = (long)((s - (double)t.tv_sec) * 1e9);
	return t;
}

static int loop(struct run *run, sigset_t *mask)
{
	const struct options *options = &run->options;
	uint64_t attached = output_began(run->output);
	uint64_t end =
		options->duration_s > 0 ? attached + (uint64_t)(options->duration_s * 1e9) : 0;
	double every = run->progressive ? progressive_tick(options) : options->interval_s;
	struct itimerspec tick = { .it_value = seconds(every), .it_interval = seconds(every) };
	double next_snapshot = options->interval_s;
	const char *reason = NULL;

	(void)mask;
	timerfd_settime(run->timer, 0, &tick, NULL);
	while (!reason) {
		struct pollfd fds[] = {
			{ .fd = run->signals, .events = POLLIN },
			{ .fd = run->timer, .events = POLLIN },
			{ .fd = tracer_events_fd(run->tracer), .events = POLLIN },
			{ .fd = run->pidfd, .events = POLLIN },
			{ .fd = run->retry, .events = POLLIN },
			/* Nobody reads any more. */
			{ .fd = STDOUT_FILENO, .events = 0 },
		};
		struct timespec left = { 0 };
		if (end) {
			uint64_t now = now_ns();
			if (now < end)
				left = seconds((double)(end - now) / 1e9);
		}
		int ready = ppoll(fds, sizeof(fds) / sizeof(fds[0]), end ? &left : NULL, NULL);
		if (ready < 0 && errno != EINTR)
			return FAULT;
		if (fds[2].revents)
			tracer_events(run->tracer, on_event, run);
		if (fds[4].revents)
			on_retry(run);
		if (fds[0].revents) {
			struct signalfd_siginfo info;
			if (read(run->signals, &info, sizeof(info)) == sizeof(info)) {
				if (info.ssi_signo == SIGUSR1)
					output_snapshot(run->output, false);
				else
					reason = "signal";
			}
		}
		if (fds[1].revents) {
			uint64_t ticks;
			double at = (double)(now_ns() - attached) / 1e9;
			if (read(run->timer, &ticks, sizeof(ticks)) > 0 &&
			    at + every / 2 >= next_snapshot) {
				output_snapshot(run->output, false);
				next_snapshot += options->interval_s;
			}
			if (run->progressive && progressive_step(run->progressive) && !reason)
				reason = "finding";
		}
		if (fds[3].revents & POLLIN)
			reason = "target-exited";
		if (fds[5].revents & (POLLERR | POLLHUP | POLLNVAL) || output_broken(run->output))
			reason = "reader-gone";
		if (!reason && end && now_ns() >= end)
			reason = "duration";
	}
	if (run->progressive)
		progressive_end(run->progressive);
	tracer_detach_malloc(run->tracer);
	if (strcmp(reason, "reader-gone") != 0) {
		output_snapshot(run->output, true);
		output_end(run->output, reason);
	}
	return DONE;
}

static uint32_t program_of(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	return inode_of(path);
}

/* The gadget's program: a list an interval, and one at the end. */
static int gadget(struct run *run)
{
	const struct options *options = &run->options;
	char why[1024] = "";

	run->gadget = gadget_load(options, &run->settings, &run->objects,
				  options->pid ? options->pid : run->first, why, sizeof(why));
	if (!run->gadget)
		return cannot("%s", why);
	struct itimerspec tick = { .it_value = seconds(options->interval_s),
				   .it_interval = seconds(options->interval_s) };
	uint64_t end =
		options->duration_s > 0 ? now_ns() + (uint64_t)(options->duration_s * 1e9) : 0;
	uint32_t program = options->pid ? program_of(options->pid) : 0;
	bool over = false;

	timerfd_settime(run->timer, 0, &tick, NULL);
	while (!over) {
		struct pollfd fds[] = {
			{ .fd = run->signals, .events = POLLIN },
			{ .fd = run->timer, .events = POLLIN },
			{ .fd = run->pidfd, .events = POLLIN },
			{ .fd = STDOUT_FILENO, .events = 0 },
		};
		uint64_t now = now_ns(), ticks;
		struct timespec left = seconds(end > now ? (double)(end - now) / 1e9 : 0);
		if (ppoll(fds, sizeof(fds) / sizeof(fds[0]), end ? &left : NULL, NULL) < 0 &&
		    errno != EINTR)
			return FAULT;
		if (fds[3].revents & (POLLERR | POLLHUP | POLLNVAL))
			return DONE;
		struct signalfd_siginfo info = { 0 };
		bool said = fds[0].revents &&
			    read(run->signals, &info, sizeof(info)) == sizeof(info),
		     asked = said && info.ssi_signo == SIGUSR1;
		over = (said && !asked) || fds[2].revents & POLLIN || (end && now_ns() >= end);
		bool due = fds[1].revents && read(run->timer, &ticks, sizeof(ticks)) > 0;
		if (options->pid && !over && program_of(options->pid) != program)
			return cannot("process %d has become another program, which the gadget's "
				      "probes are not in: begin again",
				      options->pid);
		if ((due || asked || over) && gadget_fetch(run->gadget))
			return ferror(stdout)
				       ? DONE
				       : cannot("the list can't be read: %s", strerror(errno));
	}
	return DONE;
}

static int trace(struct run *run)
{
	char why[2048] = "";
	sigset_t mask;
	int code = choose(run);

	if (code)
		return code;
	/* From here on signals are read, not suffered: whatever is attached is taken off in order.
	 */
	sigemptyset(&mask);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGHUP);
	sigaddset(&mask, SIGUSR1);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signal(SIGPIPE, SIG_IGN);
	run->signals = signalfd(-1, &mask, SFD_CLOEXEC);
	run->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	run->retry = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (run->options.gadget)
		return gadget(run);
	uint64_t began = now_ns();
	run->tracer = tracer_load(&run->options, &run->settings, why, sizeof(why));
	if (!run->tracer)
		return cannot("%s", why);
	if (run->cgroup >= 0 && run->settings.by_cgroup == 1 &&
	    tracer_cgroup(run->tracer, run->cgroup))
		return cannot("%s: %s", run->options.cgroup, strerror(errno));
	uint64_t loaded = now_ns();
	run->output = output_new(&run->options, run->tracer, &run->objects);
	if (!run->output || tracer_events_fd(run->tracer) < 0)
		return FAULT;
	if (run->options.progressive) {
		run->progressive =
			progressive_new(&run->options, run->tracer, &run->objects, run->output);
		if (!run->progressive || tracer_watch_growth(run->tracer, why, sizeof(why)))
			return cannot("%s", why);
	} else if (tracer_attach(run->tracer, &run->objects, run->options.pid, why, sizeof(why))) {
		return cannot("%s", why);
	}
	if (!run->progressive)
		warn(run);
	output_attached(run->output, loaded - began, now_ns() - loaded);
	return loop(run, &mask);
}

int main(int argc, char **argv)
{
	struct run run = { .pidfd = -1, .signals = -1, .timer = -1, .retry = -1, .cgroup = -1 };
	int code = options_read(&run.options, argc, argv);

	if (code >= 0)
		return code;
	code = trace(&run);
	gadget_free(run.gadget);
	progressive_free(run.progressive);
	output_free(run.output);
	tracer_free(run.tracer);
	objects_free(&run.objects);
	symbols_free();
	return code;
}
