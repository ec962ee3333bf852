import { readFileSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { WorkshopError } from '../errors.ts';

/** What the workload wrote down about itself: the ground truth that tools are compared with. */
export interface Ledger {
  ready: Record<string, string> | null;
  allocations: number;
  frees: number;
  outstandingBytes: number;
  stopped: boolean;
}

/** Reads whole lines only; a ledger that does not exist yet is an empty one. */
export function readLedger(file: string): Ledger {
  const ledger = emptyLedger();
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return ledger;
  }
  for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) enter(ledger, line);
  return ledger;
}

export const emptyLedger = (): Ledger => ({
  ready: null,
  allocations: 0,
  frees: 0,
  outstandingBytes: 0,
  stopped: false,
});

/** Adds one whole line to the sums. */
export function enter(ledger: Ledger, line: string): void {
  const [kind, ...rest] = line.split(' ');
  if (kind === 'ready') ledger.ready = Object.fromEntries(rest.map((pair) => pair.split('=') as [string, string]));
  else if (kind === '+') {
    ledger.allocations++;
    ledger.outstandingBytes += Number(rest[2]);
  } else if (kind === '-') {
    ledger.frees++;
    ledger.outstandingBytes -= Number(rest[2]);
  } else if (kind === 'stop') ledger.stopped = true;
}

/** Waits for the ledger to satisfy `until`, by file events with a slow look as a net; rejects when the target dies. */
export function ledgerWhen(
  file: string,
  until: (ledger: Ledger) => boolean,
  alive: () => boolean,
  signal?: AbortSignal,
): Promise<Ledger> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const ledger = readLedger(file);
      if (until(ledger)) finish(() => resolve(ledger));
      else if (!alive()) finish(() => reject(new WorkshopError('lab.died')));
    };
    const watcher = watch(dirname(file), look);
    const net = setInterval(look, 100);
    const onAbort = () => finish(() => reject(signal?.reason ?? new Error('aborted')));
    function finish(then: () => void) {
      watcher.close();
      clearInterval(net);
      signal?.removeEventListener('abort', onAbort);
      then();
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    else look();
  });
}

export async function allocations(
  file: string,
  atLeast: number,
  alive: () => boolean,
  signal?: AbortSignal,
): Promise<void> {
  await ledgerWhen(file, (l) => l.allocations >= atLeast, alive, signal);
}
