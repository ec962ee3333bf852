#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ground/files.h"
#include "symbols/demangle.h"
#include "symbols/symbols.h"
#include "symbols/table.h"

struct mapping {
	uint64_t start, end, offset;
	char name[256];
	struct table *table; /* NULL: no file, or one that can't be read */
};

struct mappings {
	struct mapping *list;
	size_t count, room;
};

struct process {
	pid_t pid;
	struct mappings mappings;
	struct process *next;
};

static struct process *processes;

static bool add(struct mappings *mappings, pid_t pid, struct mapped *mapped)
{
	if (mappings->count == mappings->room) {
		size_t room = mappings->room ? mappings->room * 2 : 32;
		struct mapping *grown = realloc(mappings->list, room * sizeof(*grown));
		if (!grown)
			return false;
		mappings->list = grown;
		mappings->room = room;
	}
	struct mapping *mapping = &mappings->list[mappings->count++];
	*mapping = (struct mapping){ .start = mapped->start,
				     .end = mapped->end,
				     .offset = mapped->offset };
	if (mapped_a_file(mapped))
		mapping->table = table_of(mapped_open(pid, mapped), pid);
	char *deleted = strstr(mapped->name, DELETED);
	if (deleted)
		*deleted = '\0';
	snprintf(mapping->name, sizeof(mapping->name), "%s", base_name(mapped->name));
	return true;
}

static struct process *known(pid_t pid)
{
	for (struct process *process = processes; process; process = process->next)
		if (process->pid == pid)
			return process;
	return NULL;
}

static struct process *begin(pid_t pid)
{
	struct process *process = calloc(1, sizeof(*process));

	if (!process)
		return NULL;
	process->pid = pid;
	process->next = processes;
	return processes = process;
}

/* The process, its mappings as they are now. */
static struct process *read_again(pid_t pid)
{
	struct process *process = known(pid);
	struct mappings mappings = { 0 };
	struct mapped mapped;
	struct proc_maps maps = proc_maps_open(pid);

	if (maps.file && !process)
		process = begin(pid);
	while (process && proc_maps_next(&maps, &mapped))
		if (mapped.executable && !add(&mappings, pid, &mapped))
			break;
	proc_maps_close(&maps);
	/* One that has just ended leaves what was known of it. */
	if (process && (mappings.count || !process->mappings.list)) {
		free(process->mappings.list);
		process->mappings = mappings;
	} else {
		free(mappings.list);
	}
	return process;
}

static const struct mapping *find(const struct process *process, uint64_t address)
{
	for (size_t i = 0; process && i < process->mappings.count; i++) {
		const struct mapping *mapping = &process->mappings.list[i];
		if (address >= mapping->start && address < mapping->end)
			return mapping;
	}
	return NULL;
}

static const struct mapping *mapping_at(pid_t pid, uint64_t address)
{
	const struct process *process = known(pid);
	const struct mapping *mapping = find(process, address);

	return mapping ? mapping : find(read_again(pid), address);
}

void symbol_of(pid_t pid, uint64_t address, bool caller, struct frame *into)
{
	/* A caller's address is what follows the call, which may be the next function's first. */
	uint64_t look_at = caller ? address - 1 : address, offset;
	const struct mapping *mapping = mapping_at(pid, look_at);

	memset(into, 0, sizeof(*into));
	if (!mapping)
		return;
	snprintf(into->module, sizeof(into->module), "%s", mapping->name);
	const char *name = mapping->table
				   ? table_name(mapping->table,
						look_at - mapping->start + mapping->offset, &offset)
				   : NULL;
	if (!name)
		return;
	char *plain = demangle(name);
	snprintf(into->symbol, sizeof(into->symbol), "%s", plain ? plain : name);
	free(plain);
	into->offset = offset + (caller ? 1 : 0);
}

void symbols_learn(pid_t pid)
{
	read_again(pid);
}

void symbols_forget(pid_t pid)
{
	for (struct process **at = &processes; *at; at = &(*at)->next)
		if ((*at)->pid == pid) {
			struct process *gone = *at;
			*at = gone->next;
			free(gone->mappings.list);
			free(gone);
			return;
		}
}

void symbols_free(void)
{
	while (processes)
		symbols_forget(processes->pid);
	tables_free();
}
