import type { Running } from '../../model/place.ts';

/** Before a tracer that ended unasked is started again, ms: twice as long each time, up to a minute. */
const FIRST_MS = 1000;
const MOST_MS = 60_000;
/** One that ran so long was well, ms. */
const WELL_MS = 60_000;
const NEWLINE = Buffer.from('\n');

/** What happens to the tracer meanwhile. */
export interface Happenings {
  /** It ended, and will be started again in so many ms; null: no more. */
  ended(againMs: number | null): void;
  /** Whether it is to be started again. */
  again(): boolean;
}

/** What a tracer prints, and the next one that is started where it ended unasked, as one stream until nobody wants it any more. */
export async function* runs(
  start: () => Running,
  { ended, again }: Happenings,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let waitMs = FIRST_MS;
  while (!signal.aborted) {
    const began = Date.now();
    const running = start();
    const stop = () => void running.stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      yield* running.output as AsyncIterable<Uint8Array>;
    } finally {
      // Whoever stops reading wants it no more.
      await running.stop();
      signal.removeEventListener('abort', stop);
    }
    await running.ended;
    if (signal.aborted || !again()) break;
    waitMs = Date.now() - began >= WELL_MS ? FIRST_MS : waitMs;
    ended(waitMs);
    // A line that its end has cut ends here.
    yield NEWLINE;
    await pause(waitMs, signal, again);
    if (!again()) break;
    waitMs = Math.min(MOST_MS, 2 * waitMs);
  }
  ended(null);
}

/** Waits, but no longer than it is worth it. */
export async function pause(ms: number, signal: AbortSignal, worth: () => boolean = () => true): Promise<void> {
  const STEP = 100;
  for (let waited = 0; waited < ms && !signal.aborted && worth(); waited += STEP)
    await new Promise((resolve) => setTimeout(resolve, Math.min(STEP, ms - waited)));
}
