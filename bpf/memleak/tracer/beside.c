#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "ground/proc_maps.h"
#include "ground/process.h"
#include "objects/functions.h"
#include "tracer/beside.h"

int beside_listen(void)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (log >= 0)
		lseek(log, 0, SEEK_END);
	return log;
}

/* The counter that another tracer gave, at the point that the line is about. */
static bool learn_from(const char *line, struct object *object)
{
	uint64_t inode, offset, counter;
	const char *at = strstr(line, "ref_ctr_offset mismatch.");

	if (!at || sscanf(at,
			  "ref_ctr_offset mismatch. inode: 0x%" SCNx64 " offset: 0x%" SCNx64
			  " ref_ctr_offset(old): 0x%" SCNx64,
			  &inode, &offset, &counter) != 3)
		return false;
	for (int i = 0; i < object->point_count; i++) {
		struct point *point = &object->points[i];
		if (point->offset != offset)
			continue;
		object->contended = true;
		/* The kernel counts there in memory that is the process's own. */
		if (object_may_write(object, counter) || point->counter == counter)
			return false;
		point->counter = counter;
		return true;
	}
	return false;
}

bool beside_learn(int log, struct object *object)
{
	char line[2048];
	bool learnt = false;

	for (ssize_t got; log >= 0 && ((got = read(log, line, sizeof(line) - 1)) > 0 ||
				       (got < 0 && errno == EPIPE));) {
		line[got > 0 ? got : 0] = '\0';
		learnt |= learn_from(line, object);
	}
	return learnt;
}

/* Whose events say where they are, and none is here, holds it by no silent one: those carry its
 * output. */
enum holds { NOTHING, AN_EVENT, ELSEWHERE, OUR_POINT };

/* By its number where it can be looked at; in somebody else's mounts only the name is left. */
static bool same_file(const char *file, const struct object *object)
{
	struct stat st;

	if (stat(file, &st) == 0)
		return st.st_ino == object->inode && st.st_dev == object->device;
	return strcmp(base_name(file), base_name(object->name)) == 0;
}

static enum holds holds_at(pid_t pid, int fd, const struct object *object)
{
	char path[96], target[64] = "", file[4096] = "";
	__u32 length = sizeof(file), program, type;
	__u64 offset, address;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
	if (readlink(path, target, sizeof(target) - 1) < 0 ||
	    strcmp(target, "anon_inode:[perf_event]") != 0)
		return NOTHING;
	/* An event without a program says nothing of itself. */
	if (bpf_task_fd_query(pid, fd, 0, file, &length, &program, &type, &offset, &address))
		return AN_EVENT;
	if ((type == BPF_FD_TYPE_UPROBE || type == BPF_FD_TYPE_URETPROBE) &&
	    same_file(file, object))
		for (int i = 0; i < object->point_count; i++)
			if (object->points[i].offset == offset)
				return OUR_POINT;
	return ELSEWHERE;
}

static enum holds process_holds(pid_t pid, const struct object *object)
{
	char path[64];
	struct dirent *entry;
	enum holds most = NOTHING;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	DIR *fds = opendir(path);
	while (fds && most < OUR_POINT && (entry = readdir(fds))) {
		enum holds holds = entry->d_name[0] == '.'
					   ? NOTHING
					   : holds_at(pid, atoi(entry->d_name), object);
		most = holds > most ? holds : most;
	}
	if (fds)
		closedir(fds);
	return most;
}

void beside_whom(const struct object *object, char *into, size_t room)
{
	enum holds best = AN_EVENT;
	struct dirent *entry;
	char comm[64];
	DIR *proc = opendir("/proc");

	into[0] = '\0';
	while (proc && (entry = readdir(proc))) {
		pid_t pid = atoi(entry->d_name);
		enum holds holds =
			pid > 0 && pid != getpid() ? process_holds(pid, object) : NOTHING;
		if (holds == NOTHING || holds == ELSEWHERE || holds < best)
			continue;
		/* Who holds the point itself is named alone. */
		if (holds > best)
			into[0] = '\0';
		best = holds;
		comm_of(pid, comm, sizeof(comm));
		/* Terminals obey what it may hold. */
		for (char *c = comm; *c; c++)
			*c = (unsigned char)*c >= 0x20 && *c != 0x7f ? *c : '?';
		size_t used = strlen(into);
		snprintf(into + used, room - used, "%s%s (%d)", used ? ", " : "", comm, pid);
	}
	if (proc)
		closedir(proc);
}
