/* What tells of growth, and costs nothing per malloc. */
#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ground/said.h"
#include "tracer/state.h"

/* Where there is no tracepoint of page faults: the same, as a perf event on each CPU. */
static int watch_fault_events(struct tracer *tracer)
{
	int cpus = libbpf_num_possible_cpus();

	for (int cpu = 0; cpu < cpus && cpu < MAX_CPUS; cpu++) {
		struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE,
						.size = sizeof(attr),
						.config = PERF_COUNT_SW_PAGE_FAULTS,
						.sample_period = 1,
						.sample_type = PERF_SAMPLE_ADDR,
						.exclude_kernel = 1 };
		int fd =
			(int)syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
		if (fd < 0) {
			if (errno == ENODEV)
				continue; /* a CPU that could be there, and isn't */
			return -1;
		}
		tracer->fault_fds[tracer->fault_count++] = fd;
		if (ioctl(fd, PERF_EVENT_IOC_SET_BPF,
			  bpf_program__fd(program_of_tracer(tracer, "on_fault_event"))) ||
		    ioctl(fd, PERF_EVENT_IOC_ENABLE, 0))
			return -1;
	}
	return 0;
}

int tracer_watch_growth(struct tracer *tracer, struct reason *why)
{
	bool tracepoint = bpf_program__autoload(program_of_tracer(tracer, "on_fault"));

	watch_processes(tracer);
	tracer->growth[0] = bpf_program__attach(program_of_tracer(tracer, "on_sys_enter"));
	tracer->growth[1] = bpf_program__attach(program_of_tracer(tracer, "on_sys_exit"));
	if (tracepoint)
		tracer->growth[2] = bpf_program__attach(program_of_tracer(tracer, "on_fault"));
	else if (watch_fault_events(tracer)) {
		reason_put(why, "page faults can't be watched: %s", strerror(errno));
		return -1;
	}
	if (!tracer->growth[0] || !tracer->growth[1] || (tracepoint && !tracer->growth[2])) {
		reason_put(why, "a tracepoint is not to be had: %s", libbpf_said());
		return -1;
	}
	return 0;
}

void tracer_unwatch_growth(struct tracer *tracer)
{
	for (int i = 0; i < 3; i++) {
		bpf_link__destroy(tracer->growth[i]);
		tracer->growth[i] = NULL;
	}
	for (int i = 0; i < tracer->fault_count; i++)
		close(tracer->fault_fds[i]);
	tracer->fault_count = 0;
}
