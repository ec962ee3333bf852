/* What symbols/ says, asked line by line: "learn PID", "end PID", "name PID TIME ADDRESS"; the
 * first two answer with the time that it was before. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ground/clock.h"
#include "symbols/symbols.h"

static void answer(pid_t pid, uint64_t at_ns, uint64_t address)
{
	struct frame frame;

	symbol_of(pid, address, true, at_ns, &frame);
	printf("%s\t%" PRIu64 "\t%s\t%" PRIx64 "\t%s\n", frame.symbol, frame.offset, frame.module,
	       frame.module_offset, frame.build_id);
}

int main(void)
{
	char line[256], what[16];
	uint64_t at_ns = 0, address = 0;
	int pid;

	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "%15s %d %" SCNu64 " %" SCNx64, what, &pid, &at_ns, &address) < 2)
			return 2;
		if (strcmp(what, "name") == 0) {
			answer(pid, at_ns, address);
		} else {
			uint64_t now = now_ns();
			if (strcmp(what, "end") == 0)
				symbols_end(pid, now);
			else
				symbols_of_site(pid, now);
			printf("%" PRIu64 "\n", now);
		}
		fflush(stdout);
	}
	symbols_free();
	return 0;
}
