#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ground/clock.h"
#include "ground/files.h"
#include "symbols/mappings.h"

static struct lifetime *lives; /* the newest first */

struct lifetime *life_at(pid_t pid, uint64_t at_ns)
{
	struct lifetime *oldest = NULL;

	for (struct lifetime *life = lives; life; life = life->next) {
		if (life->pid != pid)
			continue;
		if (at_ns >= life->from_ns)
			return life;
		oldest = life;
	}
	return oldest;
}

static pid_t innermost_pid(pid_t pid)
{
	char path[64], line[256];
	pid_t found = pid;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	FILE *status = fopen(path, "re");
	while (status && fgets(line, sizeof(line), status)) {
		const char *last = strrchr(line, '\t');
		if (strncmp(line, "NSpid:", 6) == 0 && last)
			found = (pid_t)atoi(last);
	}
	if (status)
		fclose(status);
	return found;
}

static struct lifetime *life_begin(pid_t pid, uint64_t from_ns)
{
	struct lifetime *life = calloc(1, sizeof(*life));
	char path[64];
	struct stat st;

	if (!life)
		return NULL;
	snprintf(path, sizeof(path), "/proc/%d", pid);
	life->pid = pid;
	life->own_pid = innermost_pid(pid);
	life->owner = stat(path, &st) ? 0 : st.st_uid;
	life->root = root_open(pid);
	life->from_ns = from_ns;
	life->next = lives;
	return lives = life;
}

static struct mapping *room_for_one(struct lifetime *life)
{
	if (life->count == life->room) {
		size_t room = life->room ? life->room * 2 : 32;
		struct mapping *grown = realloc(life->list, room * sizeof(*grown));
		if (!grown)
			return NULL;
		life->list = grown;
		life->room = room;
	}
	return &life->list[life->count];
}

/* Files stay open until somebody asks for a name in them: more than a program usually has open. */
static int open_mapped(pid_t pid, const struct mapped *mapped)
{
	int fd = mapped_open(pid, mapped);
	struct rlimit limit;

	if (fd >= 0 || errno != EMFILE || getrlimit(RLIMIT_NOFILE, &limit) ||
	    limit.rlim_cur == limit.rlim_max)
		return fd;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	return mapped_open(pid, mapped);
}

/* The one that was there at the last look as well; they come in the same order, from `first` on. */
static bool was_there(struct lifetime *life, const struct mapped *mapped, size_t *first,
		      uint64_t now)
{
	for (size_t n = 0; n < life->count; n++) {
		size_t i = (*first + n) % life->count;
		struct mapping *known = &life->list[i];
		if (known->start == mapped->start && known->last_ns == life->read_ns &&
		    known->end == mapped->end && known->offset == mapped->offset &&
		    known->inode == mapped->inode) {
			known->last_ns = now;
			*first = i + 1;
			return true;
		}
	}
	return false;
}

static void keep(struct lifetime *life, const struct mapped *mapped, uint64_t now)
{
	struct mapping *mapping = room_for_one(life);
	char *name = strdup(mapped->name);
	if (!mapping || !name) {
		free(name);
		return;
	}
	int fd = mapped_a_file(mapped) ? open_mapped(life->pid, mapped) : -1;
	size_t length = strlen(name), deleted = sizeof(DELETED) - 1;
	if (length > deleted && strcmp(name + length - deleted, DELETED) == 0)
		name[length - deleted] = '\0';
	*mapping = (struct mapping){ .start = mapped->start,
				     .end = mapped->end,
				     .offset = mapped->offset,
				     .inode = mapped->inode,
				     .name = name,
				     .table = table_of(fd, name, life->root),
				     .first_ns = now,
				     .last_ns = now };
	life->count++;
}

bool mappings_read(pid_t pid)
{
	uint64_t now = now_ns();
	struct lifetime *life = life_at(pid, now);
	struct proc_maps maps = proc_maps_open(pid);
	struct mapped mapped;
	bool any = false;
	size_t first = 0;

	while (proc_maps_next(&maps, &mapped)) {
		if (!mapped.executable)
			continue;
		if (!life || life->to_ns)
			life = life_begin(pid, life ? life->to_ns : 0);
		if (!life)
			break;
		any = true;
		if (!was_there(life, &mapped, &first, now))
			keep(life, &mapped, now);
	}
	proc_maps_close(&maps);
	if (any)
		life->read_ns = now;
	return any;
}

/* What was read of the new program before its exec was heard of is the next life's. */
static void move_later(struct lifetime *from, struct lifetime *to, uint64_t at_ns)
{
	size_t kept = 0;

	for (size_t i = 0; i < from->count; i++) {
		struct mapping *mapping = &from->list[i], *room;
		if (mapping->first_ns > at_ns && (room = room_for_one(to))) {
			*room = *mapping;
			to->count++;
		} else {
			from->list[kept++] = *mapping;
		}
	}
	from->count = kept;
}

static void free_lifetime(struct lifetime *life)
{
	for (size_t i = 0; i < life->count; i++)
		free(life->list[i].name);
	if (life->root >= 0)
		close(life->root);
	free(life->list);
	free(life);
}

static void forget(struct lifetime *life)
{
	for (struct lifetime **at = &lives; *at; at = &(*at)->next)
		if (*at == life) {
			*at = life->next;
			free_lifetime(life);
			return;
		}
}

/* Where many processes come and go, a root of each would be too many open files; it is kept for
 * what a runtime has written down of its code. */
static void leave_root(struct lifetime *life)
{
	char path[64];

	snprintf(path, sizeof(path), "/tmp/perf-%d.map", life->own_pid);
	int map = file_open_in(life->root, path);
	if (map >= 0) {
		close(map);
		return;
	}
	if (life->root >= 0)
		close(life->root);
	life->root = -1;
}

void life_end(pid_t pid, uint64_t at_ns)
{
	struct lifetime *life = life_at(pid, at_ns);

	if (!life || life->to_ns)
		return;
	life->to_ns = at_ns;
	if (life->read_ns > at_ns) {
		struct lifetime *next = life_begin(pid, at_ns);
		if (next) {
			next->read_ns = life->read_ns;
			move_later(life, next, at_ns);
		}
	}
	if (life->has_sites)
		leave_root(life);
	else
		forget(life);
}

const struct mapping *mapping_at(const struct lifetime *life, uint64_t address, uint64_t at_ns)
{
	const struct mapping *after = NULL, *before = NULL;

	for (size_t i = 0; life && i < life->count; i++) {
		const struct mapping *mapping = &life->list[i];
		if (address < mapping->start || address >= mapping->end)
			continue;
		if (mapping->last_ns >= at_ns && (!after || mapping->first_ns < after->first_ns))
			after = mapping;
		if (mapping->last_ns < at_ns && (!before || mapping->last_ns > before->last_ns))
			before = mapping;
	}
	return after ? after : before;
}

void lives_free(void)
{
	while (lives) {
		struct lifetime *life = lives;
		lives = life->next;
		free_lifetime(life);
	}
}
