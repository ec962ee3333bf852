import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../runner/evidence/model.ts';
import { together } from '../../runner/tools/together.ts';

const recorded = (file: string) => readFileSync(new URL(`../fixtures/output/${file}`, import.meta.url), 'utf8');
/** Each line of a recording as it comes from one of three. */
const marked = (name: string, text: string) =>
  `${text}${text.endsWith('\n') ? '' : '\n'}-- ends\n`
    .replaceAll(/^/gm, `${name}| `)
    .replace(new RegExp(`${name}\\| $`), '');

const BPFTRACE = marked('bpftrace', recorded('bpftrace/0.17.0/outstanding-leaker.txt'));
const BCC = marked('bcc', recorded('bcc/0.31.0/memleak-leaker.txt'));

async function read(...pieces: (string | Uint8Array)[]): Promise<Evidence[]> {
  async function* all() {
    yield* pieces;
  }
  const found: Evidence[] = [];
  for await (const e of together.read(all())) found.push(e);
  return found;
}
const accountsIn = (evidence: Evidence[]) => evidence.filter((e) => e.kind === 'account');

/** One line of each in turn, as they come when both run. */
function shuffled(a: string, b: string): string {
  const [first, second] = [a.trimEnd().split('\n'), b.trimEnd().split('\n')];
  const most = Math.max(first.length, second.length);
  return `${Array.from({ length: most }, (_, i) => [first[i], second[i]])
    .flat()
    .filter((l) => l !== undefined)
    .join('\n')}\n`;
}

describe('tools that watch together', () => {
  it('each says what it saw, whatever comes between its lines', async () => {
    const apart = accountsIn([...(await read(BPFTRACE)), ...(await read(BCC))]);
    const mixed = accountsIn(await read(shuffled(BPFTRACE, BCC)));
    expect(mixed.toSorted((a, b) => (a.tool < b.tool ? 1 : -1))).toEqual(apart);
    expect(apart).toMatchObject([
      { tool: 'bpftrace', size: 1048576, name: 'memory_leak_thread', twice: 0 },
      { tool: 'bcc', size: 1048576, name: 'memory_leak_thread' },
    ]);
    // BCC has each block at malloc and at mmap.
    expect(apart[1]?.twice).toBeGreaterThan(5);
    expect(apart[1]?.last.blocks).toBeGreaterThan(5);
  });

  it('in pieces of any size it says the same', async () => {
    const bytes = Buffer.from(shuffled(BPFTRACE, BCC));
    const whole = await read(bytes);
    for (const size of [1, 7, 1000]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      expect(await read(...pieces)).toEqual(whole);
    }
  });

  it('what has not ended says nothing yet, and what was said of a part stays true for the whole', async () => {
    const text = `${BPFTRACE}${BCC}`;
    const whole = await read(text);
    const lines = text.split('\n').length;
    for (let n = 0; n < lines; n += 11) {
      const part = await read(`${text.split('\n').slice(0, n).join('\n')}\n`);
      const said = part.filter((e) => !(e.kind === 'notice' && e.code === 'cut-off'));
      expect(said).toEqual(whole.slice(0, said.length));
    }
    expect(accountsIn(await read(BPFTRACE.slice(0, -20)))).toEqual([]);
    expect((await read(BPFTRACE.slice(0, -20))).at(-1)).toMatchObject({ kind: 'notice', code: 'cut-off' });
  });

  it('lines of nobody, and of one that has ended, are nobody’s', async () => {
    expect(await read('hello\nother| 1 bytes\n')).toEqual([]);
    const twice = await read(BPFTRACE + BPFTRACE);
    expect(accountsIn(twice)).toHaveLength(1);
  });

  it('why one of them has nothing to say is told', async () => {
    const said = await read(marked('bcc', recorded('bcc/0.31.0/fail-no-headers.txt')));
    expect(accountsIn(said)).toEqual([]);
    expect(said).toContainEqual(expect.objectContaining({ kind: 'notice', code: 'no-headers' }));
  });

  it('more than minutes of lists is not kept', async () => {
    const flood = 'bcc| 1 bytes in 1 allocations from stack\n'.repeat(200_000);
    expect(accountsIn(await read(flood, 'bcc| -- ends\n')).length).toBeLessThanOrEqual(1);
  });
});
