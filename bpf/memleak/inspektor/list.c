/* One fetch of its list: each line as the program's own types have it. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "ground/clock.h"
#include "ground/json.h"
#include "inspektor/state.h"
#include "symbols/symbols.h"

#define MOST_STACK_FRAMES 127

static uint64_t number_at(const char *at, uint32_t size)
{
	uint64_t value = 0;

	memcpy(&value, at, size < sizeof(value) ? size : sizeof(value));
	return value;
}

/* A member of a struct in a line. */
struct field {
	const char *name;
	const struct btf_type *type; /* NULL: one we know nothing of */
	const char *alias;	     /* what its type is called first; NULL: nothing */
	const char *at;
};

static struct field field_of(const struct btf *btf, const struct btf_member *member,
			     const char *start)
{
	struct field field = { .name = btf__name_by_offset(btf, member->name_off),
			       .type = btf__type_by_id(btf, member->type),
			       .at = start + member->offset / 8 };

	while (field.type && (btf_is_typedef(field.type) || btf_is_const(field.type) ||
			      btf_is_volatile(field.type))) {
		if (btf_is_typedef(field.type) && !field.alias)
			field.alias = btf__name_by_offset(btf, field.type->name_off);
		field.type = btf__type_by_id(btf, field.type->type);
	}
	return field;
}

static uint64_t number_of(const struct btf *btf, const struct btf_type *of, const char *start,
			  const char *name)
{
	const struct btf_member *member = btf_members(of);

	for (int i = 0; i < btf_vlen(of); i++, member++) {
		struct field field = field_of(btf, member, start);
		if (field.type && strcmp(field.name, name) == 0)
			return number_at(field.at, field.type->size);
	}
	return 0;
}

/* Whose stack it is, as we see it. A thread's number does for its process's mappings. */
static pid_t process_of(const struct gadget *gadget, const struct field *stack)
{
	const struct btf *btf = gadget->btf;
	pid_t pid = gadget->pid;
	char path[64];

	if (number_of(btf, stack->type, stack->at, "pidns_level0") == gadget->pidns)
		pid = (pid_t)number_of(btf, stack->type, stack->at, "pid_level0");
	else if (number_of(btf, stack->type, stack->at, "pidns_level1") == gadget->pidns)
		pid = (pid_t)number_of(btf, stack->type, stack->at, "pid_level1");
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	return access(path, R_OK) == 0 ? pid : gadget->pid;
}

/* Innermost first, each followed by "; ": what Inspektor Gadget makes of a stack. */
struct joined {
	char *text;
	size_t length;
	FILE *out; /* NULL: no memory for it */
};

static void join(struct joined *joined, const char *name)
{
	if (joined->out)
		fprintf(joined->out, "%s; ", name);
}

static void tell_joined(struct json *json, const char *key, struct joined *joined)
{
	if (joined->out)
		fclose(joined->out);
	json_string_field(json, key, joined->text ? joined->text : "");
	free(joined->text);
}

static void tell_frames(const struct gadget *gadget, struct json *json, const struct field *stack)
{
	uint32_t id = (uint32_t)number_of(gadget->btf, stack->type, stack->at, "stack_id");
	uint64_t frames[MOST_STACK_FRAMES] = { 0 };
	pid_t pid = process_of(gadget, stack);
	struct joined addresses = { 0 }, symbols = { 0 };
	bool there = gadget->stacks >= 0 && bpf_map_lookup_elem(gadget->stacks, &id, frames) == 0;

	addresses.out = open_memstream(&addresses.text, &addresses.length);
	symbols.out = open_memstream(&symbols.text, &symbols.length);
	for (int i = 0; there && i < MOST_STACK_FRAMES && frames[i]; i++) {
		struct frame frame;
		char address[32];
		snprintf(address, sizeof(address), "0x%016" PRIx64, frames[i]);
		join(&addresses, address);
		snprintf(address, sizeof(address), "0x%" PRIx64, frames[i]);
		symbol_of(pid, frames[i], true, now_ns(), &frame);
		join(&symbols, frame.symbol[0] ? frame.symbol : address);
	}
	tell_joined(json, "addresses", &addresses);
	tell_joined(json, "symbols", &symbols);
}

static void tell_stack(const struct gadget *gadget, struct json *json, const struct field *stack)
{
	const struct btf_member *member = btf_members(stack->type);

	json_open_object(json);
	tell_frames(gadget, json, stack);
	for (int i = 0; i < btf_vlen(stack->type); i++, member++) {
		struct field field = field_of(gadget->btf, member, stack->at);
		if (field.type && btf_is_int(field.type))
			json_u64_field(json, field.name, number_at(field.at, field.type->size));
	}
	json_close_object(json);
}

static void tell_text(struct json *json, const struct field *field)
{
	char text[64];
	uint32_t count = btf_array(field->type)->nelems;

	snprintf(text, sizeof(text), "%.*s", (int)(count < sizeof(text) ? count : sizeof(text) - 1),
		 field->at);
	json_string(json, text);
}

static void tell_number(struct json *json, const struct field *field)
{
	uint64_t number = number_at(field->at, field->type->size);

	/* Since boot in the kernel, since 1970 for the reader. */
	if (field->alias && strcmp(field->alias, "gadget_timestamp") == 0)
		number += clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME);
	json_u64(json, number);
}

static void tell_line(const struct gadget *gadget, struct json *json, const char *line)
{
	const struct btf_member *member = btf_members(gadget->line);

	json_open_object(json);
	for (int i = 0; i < btf_vlen(gadget->line); i++, member++) {
		struct field field = field_of(gadget->btf, member, line);
		if (!field.type)
			continue;
		json_key(json, field.name);
		if (btf_is_struct(field.type))
			tell_stack(gadget, json, &field);
		else if (btf_is_array(field.type))
			tell_text(json, &field);
		else
			tell_number(json, &field);
	}
	json_close_object(json);
}

/* The next whole line; false after the last, and where it can't be read (`failed`). */
static bool next_line(int fd, char *line, size_t size, bool *failed)
{
	size_t have = 0;

	while (have < size) {
		ssize_t got = read(fd, line + have, size - have);
		if (got > 0)
			have += (size_t)got;
		else if (got == 0 || errno != EAGAIN) {
			*failed = got < 0;
			return false;
		}
	}
	return true;
}

int gadget_begin(struct gadget *gadget, struct reason *why)
{
	char line[4096];
	int fd = bpf_iter_create(bpf_link__fd(gadget->list));
	ssize_t got = fd < 0 ? -1 : 1;

	while (got > 0 || (got < 0 && fd >= 0 && errno == EAGAIN))
		got = read(fd, line, sizeof(line));
	if (got < 0)
		reason_put(why, "the list can't be read: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return got < 0 ? -1 : 0;
}

int gadget_fetch(struct gadget *gadget)
{
	int fd = bpf_iter_create(bpf_link__fd(gadget->list));
	size_t size = gadget->line->size;
	char *line = malloc(size);
	struct json json = { .out = stdout };
	bool failed = fd < 0 || !line;

	if (!failed) {
		json_open_array(&json);
		while (next_line(fd, line, size, &failed))
			tell_line(gadget, &json, line);
		json_close_array(&json);
		json_end_line(&json);
		fflush(stdout);
	}
	free(line);
	if (fd >= 0)
		close(fd);
	return !failed && !ferror(stdout) ? 0 : -1;
}
