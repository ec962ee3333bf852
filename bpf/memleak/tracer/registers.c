/* What the threads of a process hold in their registers. */
#include <unistd.h>

#include <bpf/bpf.h>

#include "tracer/state.h"

void tracer_registers(struct tracer *tracer, uint32_t tgid, register_fn *each, void *with)
{
	struct thread_registers thread;
	int threads;

	if (!tracer->threads)
		tracer->threads =
			bpf_program__attach_iter(program_of_tracer(tracer, "on_thread"), NULL);
	if (!tracer->threads)
		return;
	tracer->state->registers_of = tgid;
	threads = bpf_iter_create(bpf_link__fd(tracer->threads));
	if (threads < 0)
		return;
	/* The kernel hands out whole ones, as many as there is room for. */
	while (read(threads, &thread, sizeof(thread)) == sizeof(thread))
		each(with, (pid_t)thread.tid, (const uint64_t *)thread.words, (int)thread.count);
	close(threads);
}
