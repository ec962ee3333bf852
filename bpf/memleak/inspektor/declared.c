/* What the program says of itself in its types. */
#include <string.h>

#include "inspektor/state.h"

#define BETWEEN_WORDS "___"

static int part(struct declared *into)
{
	int count = 0;

	for (char *word = into->name, *end; word && count < MAX_WORDS; word = end) {
		into->words[count++] = word;
		end = strstr(word, BETWEEN_WORDS);
		if (!end)
			break;
		*end = '\0';
		end += strlen(BETWEEN_WORDS);
	}
	return count;
}

bool gadget_declared(const struct btf *btf, const char *prefix, int count, struct declared *into)
{
	uint32_t types = btf__type_cnt(btf);

	for (uint32_t i = 1; i < types; i++) {
		const struct btf_type *type = btf__type_by_id(btf, i);
		const char *name = btf__name_by_offset(btf, type->name_off);
		if (!btf_is_var(type) || strncmp(name, prefix, strlen(prefix)) != 0 ||
		    strlen(name) >= sizeof(into->name))
			continue;
		strcpy(into->name, name + strlen(prefix));
		int parts = part(into);
		if (parts > 1)
			return parts >= count;
	}
	return false;
}

/* The variable's bytes in one map of the program's data; NULL where they are not there. */
static char *find(const struct btf *btf, struct bpf_map *map, const char *name, size_t size)
{
	size_t room;
	char *bytes = (char *)bpf_map__initial_value(map, &room);
	const char *section = strrchr(bpf_map__name(map), '.');
	int id = section ? btf__find_by_name_kind(btf, section, BTF_KIND_DATASEC) : -1;

	if (!bytes || id < 0)
		return NULL;
	const struct btf_type *data = btf__type_by_id(btf, (uint32_t)id);
	const struct btf_var_secinfo *at = btf_var_secinfos(data);
	for (int i = 0; i < btf_vlen(data); i++, at++) {
		const struct btf_type *variable = btf__type_by_id(btf, at->type);
		if (strcmp(btf__name_by_offset(btf, variable->name_off), name) == 0 &&
		    at->size == size && at->offset + size <= room)
			return bytes + at->offset;
	}
	return NULL;
}

bool gadget_set(struct gadget *gadget, const char *name, const void *value, size_t size)
{
	struct bpf_map *map;

	bpf_object__for_each_map (map, gadget->object) {
		char *at = find(gadget->btf, map, name, size);
		if (!at)
			continue;
		memcpy(at, value, size);
		return true;
	}
	return false;
}
