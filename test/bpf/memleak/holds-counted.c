/* Holds a probe with a reference counter on FILE: at OFFSET, in the process PID, counting at
 * COUNTER of the file. */
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int count, char **arguments)
{
	FILE *file = fopen("/sys/bus/event_source/devices/uprobe/type", "r");
	int type = 0;

	if (count < 5 || !file || fscanf(file, "%d", &type) != 1)
		return 1;
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = (unsigned)type,
		.config = strtoull(arguments[4], NULL, 0) << 32,
		.uprobe_path = (unsigned long)arguments[1],
		.probe_offset = strtoull(arguments[2], NULL, 0),
	};
	if (syscall(SYS_perf_event_open, &attr, atoi(arguments[3]), -1, -1, 0) < 0) {
		perror("perf_event_open");
		return 1;
	}
	puts("held");
	fflush(stdout);
	return pause();
}
