#include <signal.h>

#include "run/newcomers.h"

#define TRIES 100

bool newcomers_add(struct newcomers *newcomers, pid_t pid)
{
	int at = 0;

	while (at < newcomers->count && newcomers->list[at].pid != pid)
		at++;
	if (at == MOST_NEWCOMERS)
		return false;
	newcomers->list[at] = (struct newcomer){ .pid = pid, .tries = TRIES };
	if (at == newcomers->count)
		newcomers->count++;
	return true;
}

void newcomers_look(struct newcomers *newcomers, struct objects *objects,
		    void (*without)(pid_t pid))
{
	int left = 0;

	for (int i = 0; i < newcomers->count; i++) {
		struct newcomer newcomer = newcomers->list[i];
		enum patience patience = --newcomer.tries > 0 ? WAITS : TAKES_WHAT_IS;
		if (objects_find(objects, newcomer.pid, patience) == OBJECTS_FOUND ||
		    kill(newcomer.pid, 0))
			continue;
		if (newcomer.tries > 0)
			newcomers->list[left++] = newcomer;
		else if (without)
			without(newcomer.pid);
	}
	newcomers->count = left;
}
