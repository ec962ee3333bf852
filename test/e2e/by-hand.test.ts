import { execFile } from 'node:child_process';
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { terminal } from './terminal.ts';
import { parsed } from './documents.ts';
import { root, type World, world } from './world.ts';

const run = promisify(execFile);

interface Lab {
  id: string;
  target: { pid: number; libc: string };
}
interface Check {
  outcome: string;
  criteria: { id: string; state: string; cause: string | null; teaches: boolean }[];
}

let w: World;
let leaker: Lab;
let twin: Lab;
/** What real bpftrace printed of each, as a learner would save it. */
let leaks: string;
let healthy: string;

beforeAll(async () => {
  w = world();
  leaker = (await w.json(['up', '--pace', 'fast'])) as unknown as Lab;
  twin = (await w.json(['up', '--pace', 'fast', '--variant', 'twin'])) as unknown as Lab;
  [leaks, healthy] = (await Promise.all([trace(leaker), trace(twin)])) as [string, string];
});
afterAll(() => w.end());

async function trace({ target: { pid, libc } }: Lab): Promise<string> {
  const argv = ['bpftrace', '-p', String(pid), join(root, 'bpf/outstanding.bt'), String(pid), libc, '600', '4500'];
  const [program = '', ...args] =
    process.getuid?.() === 0 ? argv : ['sudo', '-n', 'BPFTRACE_CACHE_USER_SYMBOLS=1', ...argv];
  return (await run(program, args, { env: { ...process.env, BPFTRACE_CACHE_USER_SYMBOLS: '1' } })).stdout;
}

async function check(text: string | Buffer, ...more: string[]): Promise<Check & { code: number | null }> {
  const { code, out } = await w.run(['check', '4/pair', '--json', ...more], { input: text });
  return { ...(parsed('check', out) as Check), code };
}

describe('a transcript handed in', () => {
  test('of the leaker passes', async () => {
    expect(await check(leaks)).toMatchObject({ outcome: 'pass', code: 0 });
  });

  test('of the healthy twin is wrong on the criterion that the step teaches', async () => {
    const { outcome, criteria, code } = await check(healthy, '--lab', twin.id);
    expect({ outcome, code }).toEqual({ outcome: 'wrong', code: 1 });
    expect(criteria.filter((c) => c.state === 'unmet')).toMatchObject([
      { id: 'verdict', teaches: true, cause: 'comes-back' },
    ]);
  });

  test('of the healthy twin, held against the leaker, is wrong too: another process', async () => {
    const { outcome, criteria } = await check(healthy);
    expect(outcome).toBe('wrong');
    expect(criteria.find((c) => c.id === 'own-process')).toMatchObject({ state: 'unmet', cause: 'wrong-pid' });
  });

  test('with the pid rewritten is still another process: its addresses were never here', async () => {
    const forged = healthy.replaceAll(String(twin.target.pid), String(leaker.target.pid));
    expect((await check(forged)).outcome).toBe('wrong');
  });

  test('cut off after a few blocks is not yet', async () => {
    const few = leaks
      .split(/(?=^\d+ ms \+ )/m)
      .slice(0, 5)
      .join('');
    expect(await check(few)).toMatchObject({ outcome: 'not yet', code: 1 });
  });

  test('of another tool, or of none, is told', async () => {
    expect((await check(readFileSync(process.execPath).subarray(0, 300_000))).outcome).toBe('wrong');
    expect((await check('')).outcome).toBe('not yet');
    expect((await check('total 12\ndrwxr-xr-x 2 root root 4096 Nov 24 10:00 .\n')).outcome).not.toBe('pass');
  });

  test('of 100 MB is read in bounded memory', async () => {
    const file = join(w.dir, 'huge.txt');
    const out = createWriteStream(file);
    const block = Buffer.from(leaks.repeat(Math.ceil(1_000_000 / leaks.length)));
    for (let i = 0; i < 100; i++)
      if (!out.write(block)) await new Promise<void>((resolve) => out.once('drain', () => resolve()));
    await new Promise<void>((resolve) => out.end(() => resolve()));
    const {
      code,
      out: text,
      err,
    } = await w.run(['check', '4/pair', '--json', '--file', file], {
      env: { NODE_OPTIONS: '--max-old-space-size=256' },
    });
    expect(err).toBe('');
    expect(['pass', 'wrong', 'not yet']).toContain((parsed('check', text) as Check).outcome);
    expect([0, 1]).toContain(code);
  });

  test('with terminal escapes and a very long line sends none of them on', async () => {
    const hostile = `\x1b]0;owned\x07\x1b[2J\x1b[31mERROR: \x1b[8mhidden\n${'A'.repeat(2_000_000)}\n${leaks}`;
    const { out, err } = await w.run(['check', '4/pair'], { input: hostile });
    expect(out + err).not.toContain('\x1b');
    expect((out + err).length).toBeLessThan(10_000);
  });
});

describe('a question', () => {
  test('is answered from what this lab showed, and another lab’s answer is wrong', async () => {
    // One of its own: where much else runs, blocks come late, and the pace of a trace is what the answer is held to.
    await check(await trace(leaker));
    // A block of 1 MiB each 300 ms, the fast pace, for a day.
    const lost = String(Math.round(86_400_000 / 300 / 1024));
    const answer = async (text: string) => (await w.run(['check', '4/lost-a-day', '--answer', text])).code;
    expect(await answer(lost)).toBe(0);
    expect(await answer(`${lost} GiB`)).toBe(0);
    expect(await answer('10.5')).toBe(1);
  });
});

test('in the learner’s own recorded shell a step ticks itself, without pasting', async () => {
  // Passed from a file already; what it has to do with another script is not asked here.
  await w.run(['reset', '4/pair']);
  const t = terminal(w, ['shell', '4']);
  await t.sees(/\(lab\)/);
  const { pid, libc } = leaker.target;
  writeFileSync(join(w.dir, 'mine.sh'), `sudo bpftrace -p ${pid} ${root}/bpf/outstanding.bt ${pid} ${libc} 600 4500\n`);
  t.type(`bash ${join(w.dir, 'mine.sh')}\r`);
  await t.sees(/Passed/);
  t.type('exit\r');
  await t.sees(/Back in the workshop/);
  expect((await t.exit).exitCode).toBe(0);
});

test('with nothing but a twin up, a transcript is judged there, and it is said that it is one', async () => {
  const alone = world();
  try {
    const lab = (await alone.json(['up', '--pace', 'fast', '--variant', 'twin'])) as unknown as Lab;
    const { code, out, err } = await alone.run(['check', '4/pair', '--json'], { input: await trace(lab) });
    expect({ ...(parsed('check', out) as object), code }).toMatchObject({ lab: lab.id, outcome: 'wrong', code: 1 });
    expect(err).toContain(`the variant “twin”, pid ${lab.target.pid}`);
    expect((await alone.run(['solution', '4/pair'])).out).toContain(String(lab.target.pid));
    await alone.run(['down']);
    expect((await alone.run(['check', '4/pair'], { input: '' })).err).toContain('No lab is up.');
  } finally {
    await alone.end();
  }
});

test('down removes both labs and nothing is left', async () => {
  expect(await w.json(['down'])).toMatchObject({ removed: expect.arrayContaining([leaker.id, twin.id]) });
  expect(w.processes()).toEqual([]);
});
