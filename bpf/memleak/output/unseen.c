#include "ground/process.h"
#include "output/unseen.h"

/* A block's header, and what its size is rounded up by. */
#define FOR_EACH_BLOCK 32
/* Stacks of threads, pages of data that were written to, an arena that a thread gets: less says
 * nothing. */
#define FOR_THE_REST (4ull << 20)

void watched_begin(struct watched *watched, pid_t pid)
{
	watched->began_bytes = watched->last_bytes = own_memory_of(pid);
}

/* What malloc may have needed for so many blocks of so many bytes. */
static uint64_t needed(uint64_t bytes, uint64_t blocks)
{
	return bytes + bytes / 4 + blocks * FOR_EACH_BLOCK;
}

struct unseen unseen_now(struct watched *watched, pid_t pid, const struct tracer *tracer,
			 const struct objects *objects, double error_bytes)
{
	const struct site *sites = tracer_sites(tracer);
	uint32_t count = tracer_site_count(tracer);
	struct sums all = { 0 };
	struct unseen unseen = { .heap = objects->heap[0] ? objects->heap : NULL };
	uint64_t now = own_memory_of(pid);

	/* Of one that has ended, what it had when it was last looked at. */
	if (now)
		watched->last_bytes = now;
	for (uint32_t i = 0; i < count; i++) {
		if (sites[i].origin != FROM_MALLOC)
			continue;
		struct sums sums = sums_of(&sites[i]);
		all.bytes += sums.bytes;
		all.count += sums.count;
		all.allocs += sums.allocs;
		all.allocated_bytes += sums.allocated_bytes;
	}
	unseen.explained_bytes = all.bytes;
	if (watched->last_bytes <= watched->began_bytes)
		return unseen;
	unseen.grown_bytes = watched->last_bytes - watched->began_bytes;
	unseen.parted = unseen.grown_bytes >
			needed(all.bytes, all.count) + FOR_THE_REST + (uint64_t)error_bytes;
	unseen.kept_back = unseen.grown_bytes <= needed(all.allocated_bytes, all.allocs);
	return unseen;
}
