/** The programs of the corpus do what their truth says: by their own count, by libc's, and by the kernel's. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../runner/paths.ts';

interface Truth {
  program: string;
  class: 'lost' | 'held' | 'healthy';
  function: string;
  call: string;
  share: number;
  bytesPerSecond: number;
  startsMs: number;
  birthsPerSecond: number;
  atOnce: number;
}
interface End {
  ranMs: number;
  births: number;
  freed: number;
  lost: number;
  lostBytes: number;
  outstandingBytes: number;
  libcBytes: number;
  lastBirthMs: number;
}
interface Ran {
  truth: Truth;
  end: End;
}

const dir = mkdtempSync(join(tmpdir(), 'workshop-corpus-'));
const corpus = join(dir, 'corpus');
const run = promisify(execFile);
const SEED = '7';
const AT_ONCE = 8;
/** Programs' time against the wall's, and how long they run by the wall, s: a minute of leaks, thirteen of what is healthy. */
const PACE = { leak: { SPEED: '20', SECONDS: '3' }, healthy: { SPEED: '200', SECONDS: '4' } };

const of = (text: string): Ran => {
  const [truth, end] = text.trim().split('\n');
  return { truth: JSON.parse(truth ?? ''), end: JSON.parse(end ?? '') };
};
const healthy = (name: string) => !/^(?:lost|held)-/.test(name);
async function ran(name: string, env: Record<string, string> = {}): Promise<Ran> {
  const pace = PACE[healthy(name) ? 'healthy' : 'leak'];
  return of((await run(corpus, [name], { env: { ...process.env, SEED, ...pace, ...env } })).stdout);
}

let names: string[] = [];
const runs = new Map<string, Ran>();
/** How far a sum of so many may be from what is to be expected: four standard errors of what varies as much as it is. */
const within = (n: number) => 4.6 / Math.sqrt(Math.max(1, n));

beforeAll(async () => {
  execFileSync('make', ['-s', '-C', join(root, 'workloads/corpus'), `BUILD=${dir}`], { stdio: 'pipe' });
  names = execFileSync(corpus, { encoding: 'utf8' }).trim().split('\n');
  const left = [...names];
  const worker = async () => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) runs.set(name, await ran(name));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const each = (which: (truth: Truth) => boolean, check: (ran: Ran) => void) => {
  const those = [...runs.values()].filter(({ truth }) => which(truth));
  expect(those.length).toBeGreaterThan(3);
  for (const one of those) check(one);
};

describe('the corpus', () => {
  it('has as many leaks as healthy programs, and half of the leaks are partial', () => {
    const truths = [...runs.values()].map(({ truth }) => truth);
    const leaks = truths.filter((t) => t.class !== 'healthy');
    expect(truths).toHaveLength(names.length);
    expect(Math.abs(leaks.length - truths.length / 2)).toBeLessThanOrEqual(2);
    expect(leaks.filter((t) => t.share < 1).length).toBeGreaterThanOrEqual(leaks.length / 2);
  });

  it('loses the share that it says, and as much', () =>
    each(
      (truth) => truth.class === 'lost',
      ({ truth, end }) => {
        const since = end.ranMs - truth.startsMs;
        const leaking = (since / 1000) * truth.birthsPerSecond;
        const most = within(end.lost / truth.atOnce);
        expect.soft(Math.abs(end.lost / leaking / truth.share - 1), `${truth.program}: share`).toBeLessThan(most);
        const error = Math.abs(end.lostBytes / (since / 1000) / truth.bytesPerSecond - 1);
        expect.soft(error, `${truth.program}: bytes`).toBeLessThan(most);
      },
    ));

  it('holds what it says to hold, and loses none of it', () =>
    each(
      (truth) => truth.class === 'held',
      ({ truth, end }) => {
        const held = end.births - end.freed;
        const error = Math.abs(end.outstandingBytes / (end.ranMs / 1000) / truth.bytesPerSecond - 1);
        expect.soft(end.lost, truth.program).toBe(0);
        expect.soft(error, `${truth.program}: bytes`).toBeLessThan(within(held));
      },
    ));

  it('is healthy where it says so: what is born ends, or no more is born', () =>
    each(
      ({ class: outcome, program }) => outcome === 'healthy' && !['cache-filling', 'restart'].includes(program),
      ({ truth, end }) => {
        // What doubles does so a few times, and the last of them late.
        const over = end.freed > 0.6 * end.births || end.lastBirthMs < 0.85 * end.ranMs || end.births < 20;
        expect.soft(over, `${truth.program}: ${JSON.stringify(end)}`).toBe(true);
        expect.soft(end.births, truth.program).toBeGreaterThan(5);
        expect.soft(end.lost, truth.program).toBe(0);
      },
    ));

  it('counts as libc does', () =>
    each(
      ({ call, program }) => call === 'malloc' && program !== 'restart',
      ({ truth, end }) => {
        // A header and what alignment takes, of a block with a mapping of its own a page; and a few requests under way.
        const blocks = end.births - end.freed;
        const over = end.libcBytes - end.outstandingBytes;
        expect.soft(over, `${truth.program}: ${JSON.stringify(end)}`).toBeGreaterThan(-64 * 1024);
        expect
          .soft(over, `${truth.program}: ${JSON.stringify(end)}`)
          .toBeLessThan(512 * 1024 + blocks * 32 + (end.outstandingBytes / 131072) * 8192);
      },
    ));

  it('has what holds its blocks in its memory, where a compiler has left none of it out', () => {
    const symbols = execFileSync('nm', ['-S', corpus], { encoding: 'utf8' });
    for (const holder of [
      'settings',
      'heap',
      'journal',
      'subscribers',
      'by_id',
      'entries',
      'slots',
      'collected',
      'loaded',
    ])
      expect(symbols).toMatch(new RegExp(`^[0-9a-f]+ [0-9a-f]+ [bBdD] ${holder}$`, 'm'));
  });

  it('draws other numbers from another seed, and the same from the same', async () => {
    const [a, b, c] = await Promise.all(
      ['3', '3', '4'].map(async (seed) => (await ran('lost-1-in-4', { SEED: seed, SECONDS: '1' })).truth),
    );
    expect(a).toEqual(b);
    expect(c?.bytesPerSecond).not.toBe(a?.bytesPerSecond);
  });

  it('writes its truth into the file that TRUTH names as well', async () => {
    const file = join(dir, 'truth');
    const said = await ran('lost-steady', { TRUTH: file, SECONDS: '1' });
    expect(of(readFileSync(file, 'utf8'))).toEqual(said);
  });

  it('refuses a program that it does not have', () => {
    expect(() => execFileSync(corpus, ['nothing'], { stdio: 'pipe' })).toThrow(/no such program/);
  });
});
