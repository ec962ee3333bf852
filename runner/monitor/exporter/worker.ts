import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker } from './apart.ts';
import { digest, type Digesting } from './digest.ts';

const parent = parentPort;
if (!parent) throw new Error('this is a thread of the exporter');
const say = (message: FromWorker) => parent.postMessage(message);

/** Pieces as they come; null ends them. */
async function* pieces(): AsyncGenerator<Uint8Array> {
  const waiting: (Uint8Array | null)[] = [];
  let wake = () => {};
  parent?.on('message', (piece: Uint8Array | null) => {
    waiting.push(piece);
    wake();
  });
  for (;;) {
    if (waiting.length === 0)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    const piece = waiting.shift() ?? null;
    if (piece === null) return;
    yield piece;
    say('more');
  }
}

for await (const seen of digest(pieces(), workerData as Digesting)) say({ seen });
say('done');
parent.close();
