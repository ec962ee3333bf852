import { PassThrough } from 'node:stream';
import type { Evidence, Frame } from '../../runner/evidence/model.ts';
import { styleFor } from '../../runner/terminal/style.ts';

/** A stream that keeps what was written, as wide as it says, a terminal or none. */
export function screen({ columns = 80, isTTY = false } = {}): NodeJS.WriteStream & { text(): string } {
  const out = new PassThrough();
  let text = '';
  out.on('data', (chunk) => (text += String(chunk)));
  return Object.assign(out, { columns, isTTY, text: () => text }) as never;
}

export const dull = styleFor({}, {});
export const plain = styleFor({}, { ACCESSIBLE: '1' });
export const colourful = styleFor({ isTTY: true }, { TERM: 'xterm' });

// biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what is looked for
export const bare = (text: string): string => text.replaceAll(/\x1b\[[0-9;]*m/g, '');

const LEAK: Frame[] = [
  { symbol: 'memory_leak_thread', offset: 0x45 },
  { symbol: 'start_thread', offset: 0x87 },
];

/** A run in which a block of 1 MiB comes every 8 s; with `kept`, the newest so many stay and older ones go. */
export function run(blocks: number, kept = blocks, stack: Frame[] = LEAK): Evidence[] {
  const evidence: Evidence[] = [];
  for (let i = 0; i < blocks; i++) {
    const at = { atMs: 8000 * i, pid: 12345 };
    evidence.push({ kind: 'allocation', call: 'malloc', ...at, address: `0x${i}`, bytes: 1048576, stack });
    if (i >= kept) evidence.push({ kind: 'free', ...at, address: `0x${i - kept}` });
  }
  return evidence;
}
