#include <inttypes.h>

#include "output/reachable.h"
#include "output/words.h"
#include "symbols/symbols.h"

static void holder_json(struct json *json, const struct holder *holder)
{
	static const char *const KINDS[] = {
		[HELD_BY_GLOBAL] = "symbol", [HELD_BY_KERNEL] = "memory",
		[HELD_BY_BLOCK] = "site",    [HELD_BY_MEMORY] = "memory",
		[HELD_BY_STACK] = "stack",   [HELD_BY_REGISTER] = "register",
	};

	json_open_object(json);
	json_string_field(json, "kind", KINDS[holder->kind]);
	if (holder->kind == HELD_BY_GLOBAL) {
		json_string_field(json, "symbol", holder->symbol);
		json_u64_field(json, "offset", holder->offset);
	}
	if (holder->kind == HELD_BY_BLOCK)
		json_u64_field(json, "site", holder->site);
	else if (holder->kind == HELD_BY_STACK || holder->kind == HELD_BY_REGISTER)
		json_u64_field(json, "tid", (uint64_t)holder->tid);
	else if (holder->module[0])
		json_string_field(json, "module", holder->module);
	else
		json_null_field(json, "module");
	json_u64_field(json, "count", holder->count);
	json_close_object(json);
}

void witness_json(struct json *json, const struct reach_answer *answer,
		  const struct witness *witness)
{
	json_u64_field(json, "site", witness->site);
	json_u64_field(json, "asked", witness->asked);
	json_u64_field(json, "lost", witness->lost);
	json_u64_field(json, "held", witness->held);
	json_u64_field(json, "unknown", witness->unknown);
	json_array_field(json, "by");
	for (int i = 0; i < witness->holders; i++)
		holder_json(json, &witness->by[i]);
	json_close_array(json);
	json_u64_field(json, "looks", (uint64_t)answer->looks);
	json_u64_field(json, "scanned_bytes", answer->scanned_bytes);
	json_fixed_field(json, "ms", answer->ms, 1);
}

/* "made ← keep": a wrapper's name alone says little. */
static void call_site(const struct site *site)
{
	struct frame frame;
	uint64_t address;
	bool caller;

	for (uint32_t i = 0; i < 2 && frame_at(site, i, &address, &caller); i++) {
		symbol_of((pid_t)site->pid, address, caller, site->born_ns, &frame);
		fputs(i ? " ← " : "", stdout);
		if (frame.symbol[0])
			plain(frame.symbol);
		else
			printf("0x%" PRIx64, address);
	}
	if (!site->frame_count)
		fputs("a call site without a stack", stdout);
}

static void holder_text(const struct output *output, const struct holder *holder)
{
	printf(" %" PRIu64 " held by ", holder->count);
	switch (holder->kind) {
	case HELD_BY_GLOBAL:
		plain(holder->symbol);
		printf("+0x%" PRIx64 " of ", holder->offset);
		plain(holder->module);
		break;
	case HELD_BY_BLOCK:
		fputs("blocks of ", stdout);
		call_site(&tracer_sites(output->tracer)[holder->site]);
		break;
	case HELD_BY_STACK:
	case HELD_BY_REGISTER:
		printf("the %s of thread %d", holder->kind == HELD_BY_STACK ? "stack" : "registers",
		       holder->tid);
		break;
	case HELD_BY_KERNEL:
		fputs("the kernel, for epoll or a timer", stdout);
		break;
	default:
		fputs("memory that is no followed block (", stdout);
		plain(holder->module[0] ? holder->module : "?");
		putchar(')');
	}
}

void witness_text(const struct output *output, const struct witness *witness,
		  uint64_t swapped_bytes)
{
	printf("      Of %" PRIu64 " old %s ", witness->asked,
	       witness->asked == 1 ? "block" : "blocks");
	if (witness->lost)
		printf("%" PRIu64 " %s lost: nothing in the process points at %s;", witness->lost,
		       witness->lost == 1 ? "is" : "are", witness->lost == 1 ? "it" : "them");
	else
		fputs("none is lost;", stdout);
	for (int i = 0; i < witness->holders; i++) {
		holder_text(output, &witness->by[i]);
		putchar(i + 1 < witness->holders || witness->unknown ? ',' : '.');
	}
	if (witness->unknown)
		printf(" of %" PRIu64 " it stays open: %s are swapped out, where nobody looked.",
		       witness->unknown, size(swapped_bytes).text);
	else if (!witness->holders)
		fputs(" none is held.", stdout);
	putchar('\n');
}
