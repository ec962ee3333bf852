import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { stateDir } from '../paths.ts';

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
    const bytes = Buffer.from(chunk);
    this.#hash.update(bytes);
    this.size += bytes.length;
    if (this.#headSize < KEEP) {
      this.#head.push(bytes);
      this.#headSize += bytes.length;
      return;
    }
    this.#tail.push(bytes);
    this.#tailSize += bytes.length;
    while (this.#tailSize - (this.#tail[0]?.length ?? 0) >= KEEP) this.#tailSize -= this.#tail.shift()?.length ?? 0;
  }

  hash(): string {
    return this.#hash.copy().digest('hex');
  }

  bytes(): Buffer {
    const left = this.size - this.#headSize - this.#tailSize;
    const gap = left > 0 ? [Buffer.from(`\n[… ${left} bytes left out …]\n`)] : [];
    return Buffer.concat([...this.#head, ...gap, ...this.#tail]);
  }
}

const dir = () => join(stateDir(), 'transcripts');

/** Keeps a transcript; its name is its hash. Resolves to that name. */
export function keep(spool: Spool): string {
  const name = `${spool.hash().slice(0, 32)}.txt`;
  mkdirSync(dir(), { recursive: true });
  writeFileAtomic.sync(join(dir(), name), spool.bytes(), { mode: 0o600 });
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
