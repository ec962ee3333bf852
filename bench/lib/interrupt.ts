// Ctrl-C for benchmarks that run tools through exec.ts.

const interrupt = new AbortController();

// Listens on: execa's own listener, once it is the only one, ends us before labs and scratch are removed.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  });
}

/** Aborted by the first Ctrl-C, so that what runs ends and is cleaned up; a second one ends us at once. */
export const interrupted: AbortSignal = interrupt.signal;
