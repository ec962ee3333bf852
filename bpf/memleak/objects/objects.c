#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "objects/bound.h"

#define FIRST_ROOM 16

/*
 * Containers of one image have file systems of their own over one file, which is where probes go: a
 * second one there would count each block twice.
 */
static bool same_file(const struct object *one, const struct object *other)
{
	if (one->device == other->device)
		return one->inode == other->inode;
	return one->overlay && other->overlay && one->inode == other->inode &&
	       one->size == other->size && one->changed.tv_sec == other->changed.tv_sec &&
	       one->changed.tv_nsec == other->changed.tv_nsec;
}

static struct object *known(struct objects *objects, const struct object *object)
{
	for (int i = 0; i < objects->count; i++)
		if (same_file(objects->list[i], object))
			return objects->list[i];
	return NULL;
}

/* One more, which takes the candidate's open file; NULL where there is no memory for it. */
static struct object *take(struct objects *objects, struct candidate *from)
{
	if (objects->count == objects->room) {
		int room = objects->room ? objects->room * 2 : FIRST_ROOM;
		struct object **grown = realloc(objects->list, (size_t)room * sizeof(*grown));
		if (!grown)
			return NULL;
		objects->list = grown;
		objects->room = room;
	}
	struct object *object = calloc(1, sizeof(*object));
	if (!object)
		return NULL;
	*object = from->object;
	snprintf(object->path, sizeof(object->path), "/proc/self/fd/%d", object->fd);
	from->object.fd = -1;
	from->object.name = NULL;
	return objects->list[objects->count++] = object;
}

static struct object *add(struct objects *objects, struct candidate *from, int wanted)
{
	struct object *object = known(objects, &from->object);

	if (!object && !(object = take(objects, from)))
		return NULL;
	if (!object->attached)
		functions_add(object, from->elf, &from->defined, wanted);
	return object;
}

/* Whether it is C++, or has a library that is. */
static bool asks_new(const struct candidates *candidates)
{
	for (int i = 0; i < candidates->count; i++)
		if (candidates->list[i]->defined.asks_new)
			return true;
	return false;
}

enum objects_found objects_find(struct objects *objects, pid_t pid, enum patience patience)
{
	struct candidates candidates;

	if (patience == WAITS && still_links(pid))
		return OBJECTS_EARLY;
	if (!candidates_read(&candidates, pid))
		return OBJECTS_NONE;
	if (candidates.bits32) {
		candidates_free(&candidates);
		return OBJECTS_32BIT;
	}
	struct candidate *c = candidate_bound(pid, &candidates, defines_malloc);
	struct candidate *cxx = c ? candidate_bound(pid, &candidates, defines_new) : NULL;
	/* What comes first in the search can't be looked into: another one's malloc may not be the
	 * one that is called. */
	bool closed = c && c->refused;
	if (closed)
		c = NULL;
	if (cxx && cxx->refused)
		cxx = NULL;
	struct candidate *copies = c ? candidate_bound(pid, &candidates, defines_copies) : NULL;
	if (copies && copies->refused)
		copies = NULL;
	/* An allocator's own new goes to the allocator, and by no malloc that could be probed. */
	bool own = c && c == cxx && (!c->is_program || c->defined.allocator);
	int of_c = MALLOCS | (own ? OWN_NEWS : c == cxx ? NEWS : 0) | (c == copies ? COPYING : 0);
	struct object *object = c ? add(objects, c, of_c) : NULL;
	if (object)
		object->own_new &= asks_new(&candidates);
	if (cxx && cxx != c)
		add(objects, cxx, NEWS | (cxx == copies ? COPYING : 0));
	if (copies && copies != c && copies != cxx)
		add(objects, copies, COPYING);
	for (int i = 0; i < candidates.count && !objects->heap[0]; i++)
		memcpy(objects->heap, candidates.list[i]->defined.heap, sizeof(objects->heap));
	bool hidden = candidates.hidden;
	candidates_free(&candidates);
	return object	? OBJECTS_FOUND
	       : hidden ? OBJECTS_HIDDEN
	       : closed ? OBJECTS_CLOSED
			: OBJECTS_NONE;
}

void object_close(struct object *object)
{
	if (object->fd >= 0)
		close(object->fd);
	free(object->name);
}

void objects_free(struct objects *objects)
{
	for (int i = 0; i < objects->count; i++) {
		object_close(objects->list[i]);
		free(objects->list[i]);
	}
	free(objects->list);
	*objects = (struct objects){ 0 };
}
