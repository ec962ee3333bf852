#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ground/clock.h"
#include "ground/proc_maps.h"
#include "symbols/demangle.h"
#include "symbols/mappings.h"
#include "symbols/perf_map.h"
#include "symbols/symbols.h"

/* A look so long ago is not repeated for an address that it did not have. */
#define LOOK_AGAIN_NS 10000000ull

static const struct mapping *find(pid_t pid, uint64_t address, uint64_t at_ns)
{
	const struct lifetime *life = life_at(pid, at_ns);
	const struct mapping *mapping = mapping_at(life, address, at_ns);

	if (mapping || (life && (life->to_ns || now_ns() - life->read_ns < LOOK_AGAIN_NS)))
		return mapping;
	return mappings_read(pid) ? mapping_at(life_at(pid, at_ns), address, at_ns) : NULL;
}

static void put_name(struct frame *into, const char *name, uint64_t offset)
{
	char *plain = demangle(name);

	snprintf(into->symbol, sizeof(into->symbol), "%s", plain ? plain : name);
	free(plain);
	into->offset = offset;
}

static void look_into_file(const struct mapping *mapping, uint64_t look_at, struct frame *into)
{
	uint64_t address, offset;

	if (!table_address(mapping->table, look_at - mapping->start + mapping->offset, &address))
		return;
	const char *id = table_build_id(mapping->table);
	const char *name = table_name(mapping->table, address, &offset);
	into->in_file = true;
	into->module_offset = address;
	snprintf(into->build_id, sizeof(into->build_id), "%s", id ? id : "");
	if (name)
		put_name(into, name, offset);
}

void symbol_of(pid_t pid, uint64_t address, bool caller, uint64_t at_ns, struct frame *into)
{
	/* A caller's address is what follows the call, which may be the next function's first. */
	uint64_t look_at = caller ? address - 1 : address, offset;
	const struct mapping *mapping = find(pid, look_at, at_ns);

	memset(into, 0, sizeof(*into));
	if (mapping)
		snprintf(into->module, sizeof(into->module), "%s", base_name(mapping->name));
	if (mapping && mapping->table) {
		look_into_file(mapping, look_at, into);
	} else {
		const struct lifetime *life = life_at(pid, at_ns);
		const char *name = life ? perf_map_name(life, look_at, &offset) : NULL;
		if (name) {
			put_name(into, name, offset);
			snprintf(into->module, sizeof(into->module), "perf-%d.map", life->own_pid);
		}
	}
	if (caller) {
		into->offset += into->symbol[0] ? 1 : 0;
		into->module_offset += into->in_file ? 1 : 0;
	}
}

/* Where the file's image would have the address, by where its code is. */
static bool image_address(const struct mapping *mapping, uint64_t address, uint64_t *in_image)
{
	/* A mapping begins with a page, and the code perhaps further on in it. */
	uint64_t into[] = { 0, 0xfff }, code;

	for (int i = 0; i < 2 && mapping->table; i++) {
		if (!table_address(mapping->table, mapping->offset + into[i], &code))
			continue;
		*in_image = address - mapping->start + code - into[i];
		return true;
	}
	return false;
}

uint64_t global_of(pid_t pid, uint64_t address, uint64_t at_ns, struct frame *into)
{
	const struct lifetime *life = life_at(pid, at_ns);

	memset(into, 0, sizeof(*into));
	for (size_t i = 0; life && i < life->count; i++) {
		const struct mapping *mapping = &life->list[i];
		uint64_t in_image, offset, bytes;
		bool writable;
		if (mapping->last_ns != life->read_ns ||
		    !image_address(mapping, address, &in_image))
			continue;
		const char *name =
			table_variable(mapping->table, in_image, &offset, &bytes, &writable);
		if (!writable)
			continue;
		snprintf(into->module, sizeof(into->module), "%s", base_name(mapping->name));
		if (!name)
			return 0;
		put_name(into, name, offset);
		return bytes;
	}
	return 0;
}

void symbols_learn(pid_t pid, uint64_t at_ns)
{
	const struct lifetime *life = life_at(pid, at_ns);

	if (pid && !(life && life->read_ns >= at_ns))
		mappings_read(pid);
}

void symbols_of_site(pid_t pid, uint64_t at_ns)
{
	symbols_learn(pid, at_ns);
	struct lifetime *life = life_at(pid, at_ns);
	if (life)
		life->has_sites = true;
}

void symbols_end(pid_t pid, uint64_t at_ns)
{
	life_end(pid, at_ns);
}

void symbols_free(void)
{
	perf_map_free();
	lives_free();
	tables_free();
}
