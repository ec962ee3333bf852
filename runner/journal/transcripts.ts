import { makeDirs } from '../disk.ts';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { stateDir } from '../paths.ts';
import { onDisk } from './disk.ts';

/** What is kept of one transcript, bytes: the head, where tools say what they are, and the tail. */
export const KEEP = 2 * 1024 * 1024;

/** Collects a transcript as it comes, bounded: beyond twice KEEP the middle is left out and said so. */
export class Spool {
  #head: Buffer[] = [];
  #headSize = 0;
  #tail: Buffer[] = [];
  #tailSize = 0;
  #hash = createHash('sha256');
  size = 0;

  add(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.size += chunk.length;
    const room = KEEP - this.#headSize;
    if (room > 0) this.#head.push(Buffer.from(chunk.subarray(0, room)));
    this.#headSize += Math.min(room, chunk.length);
    // One chunk may be longer than all that is kept: a paste is.
    const rest = Buffer.from(chunk.subarray(room).subarray(-KEEP));
    if (rest.length === 0) return;
    this.#tail.push(rest);
    this.#tailSize += rest.length;
    while (this.#tailSize - (this.#tail[0] as Buffer).length >= KEEP)
      this.#tailSize -= (this.#tail.shift() as Buffer).length;
  }

  hash(): string {
    return this.#hash.copy().digest('hex');
  }

  bytes(): Buffer {
    const tail = Buffer.concat(this.#tail).subarray(-KEEP);
    const left = this.size - this.#headSize - tail.length;
    const gap = left > 0 ? [Buffer.from(`\n[… ${left} bytes left out …]\n`)] : [];
    return Buffer.concat([...this.#head, ...gap, tail]);
  }
}

const dir = () => join(stateDir(), 'transcripts');

/** Keeps a transcript; its name is its hash. Resolves to that name. */
export function keep(spool: Spool): string {
  const name = `${spool.hash().slice(0, 32)}.txt`;
  onDisk(() => {
    makeDirs(dir());
    writeFileAtomic.sync(join(dir(), name), spool.bytes(), { mode: 0o600 });
  });
  return name;
}

/** A kept transcript, or null when it is gone. Names come from the log, and may not lead elsewhere. */
export function kept(name: string): Buffer | null {
  if (!/^[0-9a-f]{32}\.txt$/.test(name)) return null;
  try {
    return readFileSync(join(dir(), name));
  } catch {
    return null;
  }
}
