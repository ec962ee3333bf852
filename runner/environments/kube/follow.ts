import { createInterface } from 'node:readline';
import { WorkshopError } from '../../errors.ts';
import { emptyLedger, enter, type Ledger } from '../ledger.ts';
import type { Running } from '../../model/place.ts';
import { type Access, stream } from './kubectl.ts';

/** The service's ledger, which it writes in its pod, as it grows. */
export interface Follower {
  ledger: Ledger;
  /** Whether the stream goes on: it ends with the container, at the latest. */
  live(): boolean;
  /** Resolves once what had been written is read. */
  caughtUp: Promise<void>;
  until(holds: (ledger: Ledger) => boolean, signal?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

/** How many lines there are, then all of them, then what comes. The container's own tail ends with the pipe it writes to. */
const WATCH = 'echo "lines $(wc -l < /var/lib/leaker/ledger)"; exec tail -n +1 -f /var/lib/leaker/ledger';

export function follow(access: Access, pod: string): Follower {
  const running: Running = stream(access, [
    '-n',
    access.namespace,
    'exec',
    pod,
    '-c',
    'leaker',
    '--',
    'sh',
    '-c',
    WATCH,
  ]);
  const ledger = emptyLedger();
  const waiting = new Set<() => void>();
  let live = true;
  let caught: () => void = () => {};
  const caughtUp = new Promise<void>((resolve) => {
    caught = resolve;
  });
  const tell = () => {
    for (const look of waiting) look();
  };
  void (async () => {
    let owed = Number.POSITIVE_INFINITY;
    for await (const line of createInterface({ input: running.output })) {
      const there = /^lines (\d+)$/.exec(line)?.[1];
      if (there) owed = Number(there);
      else {
        enter(ledger, line);
        owed--;
      }
      if (owed <= 0) caught();
      tell();
    }
    live = false;
    caught();
    tell();
  })();
  return {
    ledger,
    live: () => live,
    caughtUp,
    until: (holds, signal) =>
      new Promise((resolve, reject) => {
        const finish = (then: () => void) => {
          waiting.delete(look);
          signal?.removeEventListener('abort', onAbort);
          then();
        };
        const onAbort = () => finish(() => reject(signal?.reason ?? new Error('aborted')));
        const look = () => {
          if (holds(ledger)) finish(resolve);
          else if (!live) finish(() => reject(new WorkshopError('lab.died')));
        };
        waiting.add(look);
        signal?.addEventListener('abort', onAbort, { once: true });
        if (signal?.aborted) onAbort();
        else look();
      }),
    stop: () => running.stop(),
  };
}
