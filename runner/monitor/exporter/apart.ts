import { Worker } from 'node:worker_threads';
import type { Digesting, Seen } from './digest.ts';

/** What the worker says: what it has seen, that it takes the next bytes, or that it is done with the last of them. */
export type FromWorker = { seen: Seen } | 'more' | 'done';

/**
 * `digest` in a thread of its own, `program`: thousands of call sites take it a second, in which whoever asks for metrics must not
 * wait. Throws what the worker throws.
 */
export async function* digestApart(
  program: string,
  bytes: AsyncIterable<Uint8Array>,
  digesting: Digesting,
): AsyncGenerator<Seen> {
  const worker = new Worker(program, { workerData: digesting });
  const seen: Seen[] = [];
  let over: { error: Error | null } | null = null;
  let wake = () => {};
  let more = () => {};
  worker.on('message', (message: FromWorker) => {
    if (message === 'more') return more();
    if (message === 'done') over ??= { error: null };
    else seen.push(message.seen);
    wake();
  });
  const end = (error: Error | null) => {
    over ??= { error };
    more();
    wake();
  };
  worker.on('error', (error) => end(error as Error));
  worker.on('exit', () => end(new Error('the thread that reads the tracer has ended')));

  const source = bytes[Symbol.asyncIterator]();
  const feeding = (async () => {
    for (let next = await source.next(); !next.done && !over; next = await source.next()) {
      const taken = new Promise<void>((resolve) => {
        more = resolve;
      });
      worker.postMessage(next.value);
      await taken;
    }
    worker.postMessage(null);
  })().catch((error: Error) => end(error));
  try {
    for (;;) {
      yield* seen.splice(0);
      if (seen.length > 0) continue;
      if (over) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (seen.length > 0 || over) resolve();
      });
    }
    const { error } = over as { error: Error | null };
    if (error) throw error;
  } finally {
    over ??= { error: null };
    more();
    // Whoever reads no more wants no more of the tracer either.
    await source.return?.(undefined);
    await feeding;
    await worker.terminate();
  }
}
