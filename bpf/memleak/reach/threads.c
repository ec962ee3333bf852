#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reach/threads.h"

static struct thread *room_for_one(struct threads *threads)
{
	if (threads->count == threads->room) {
		size_t room = threads->room ? threads->room * 2 : 64;
		struct thread *grown = realloc(threads->list, room * sizeof(*grown));
		if (!grown)
			return NULL;
		threads->list = grown;
		threads->room = room;
	}
	return &threads->list[threads->count];
}

/* "running"; "-1 SP PC"; "CALL ARGUMENT ARGUMENT … SP PC". */
static void read_syscall(const char *line, struct thread *thread)
{
	uint64_t words[9];
	int count = 0, used;
	const char *at = strchr(line, ' ');

	while (at && count < 9 && sscanf(at, " %" SCNx64 "%n", &words[count], &used) == 1) {
		count++;
		at += used;
	}
	if (count < 2)
		return;
	thread->sp = words[count - 2];
	thread->count = count - 2;
	memcpy(thread->registers, words, (size_t)thread->count * sizeof(*words));
}

static void read_thread(pid_t pid, struct thread *thread)
{
	char path[64], line[256] = "";

	snprintf(path, sizeof(path), "/proc/%d/task/%d/syscall", pid, thread->tid);
	FILE *file = fopen(path, "re");
	if (!file)
		return;
	if (fgets(line, sizeof(line), file))
		read_syscall(line, thread);
	fclose(file);
}

void threads_read(struct threads *threads, pid_t pid)
{
	char path[64];
	struct dirent *entry;

	threads->count = 0;
	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	DIR *tasks = opendir(path);
	while (tasks && (entry = readdir(tasks))) {
		pid_t tid = atoi(entry->d_name);
		struct thread *thread = tid > 0 ? room_for_one(threads) : NULL;
		if (!thread)
			continue;
		*thread = (struct thread){ .tid = tid };
		read_thread(pid, thread);
		threads->count++;
	}
	if (tasks)
		closedir(tasks);
}

void threads_know(struct threads *threads, pid_t tid, const uint64_t *registers, int count)
{
	for (size_t i = 0; i < threads->count; i++) {
		struct thread *thread = &threads->list[i];
		if (thread->tid != tid)
			continue;
		/* Those of the call it waits in stay: the kernel may have changed its copy. */
		for (int n = 0; n < count && thread->count < MOST_REGISTERS; n++)
			thread->registers[thread->count++] = registers[n];
		return;
	}
}

const struct thread *threads_within(const struct threads *threads, uint64_t start, uint64_t end)
{
	const struct thread *only = NULL;

	for (size_t i = 0; i < threads->count; i++) {
		const struct thread *thread = &threads->list[i];
		if (thread->sp < start || thread->sp >= end)
			continue;
		if (only)
			return NULL;
		only = thread;
	}
	return only;
}

void threads_free(struct threads *threads)
{
	free(threads->list);
	*threads = (struct threads){ 0 };
}
