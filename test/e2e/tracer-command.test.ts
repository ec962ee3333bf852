import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { elevated } from './roots.ts';
import { bySymbol, compiled, isSnapshot, Run, siteOf, traced } from './tracing.ts';

const t = traced();
let sizes: string;
beforeAll(() => {
  sizes = compiled(t.dir, 'sizes');
}, 120_000);

/** What it prints for people, all of it. */
async function said(...args: string[]): Promise<string> {
  const [program, rest] = elevated(t.memleak, ...args);
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) out += String(chunk);
  return out;
}

describe('a command', () => {
  test('is traced from its first malloc, those before main among them, and ends with the trace', async () => {
    const run = new Run([t.memleak, '-c', `${sizes} "two words"`, '--json', '-i', '0.2']);
    await run.line(bySymbol(run, 'keeps'));
    const pid = (run.lines[0] as unknown as { pid: number }).pid;
    expect(run.lines[0]).toMatchObject({
      at: expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      options: { interval_ms: 200, depth: 64, reachable: false },
    });
    // Nobody told it: how old is old enough is the judge's to say.
    expect(run.lines[0]).not.toHaveProperty('options.age_ms');
    process.kill(run.process.pid as number, 'SIGTERM');
    expect(await run.ended).toBe(0);
    const site = run.last.sites.find((s) => siteOf(run, s.site).stack[0]?.symbol === 'keeps');
    expect(site).toMatchObject({ outstanding_count: 510, outstanding_bytes: 500 * 16 + 10 * 100000 });
    // What it prints is no document of ours.
    expect(run.err).toMatch(/^two words$/m);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
  });
  test('that ends by itself ends the trace, with what it held', async () => {
    const run = new Run([t.memleak, '-c', `${sizes} kept 1`, '--json', '-i', '0.2']);
    expect(await run.ended).toBe(0);
    expect(run.lines.at(-1)).toMatchObject({ type: 'end', reason: 'target-exited' });
    expect(run.last.sites[0]?.outstanding_count).toBe(510);
  });
  test('ends, too, where the tracer is killed', async () => {
    const run = new Run([t.memleak, '-c', sizes, '--json', '-i', '0.2']);
    await run.line(bySymbol(run, 'keeps'));
    const { pid } = run.lines[0] as unknown as { pid: number };
    run.process.kill('SIGKILL');
    await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 5000 }).toBe(false);
  });
  test.each([
    ['./there-is-none', /there-is-none can't be begun: there is no such program/],
    ['ls | cat', /is no command with its arguments: .*sh -c/],
    ['ls $(id)', /no other command is run for it/],
  ])('that can’t be begun says why: %s', async (command, says) => {
    const run = new Run([t.memleak, '-c', command, '--json']);
    expect(await run.ended).toBe(4);
    expect(run.err).toMatch(says);
    expect(run.lines).toMatchObject([{ type: 'cannot', reason: 'no-command' }]);
  });
});

test('the size that is told is the one that most bytes are in', async () => {
  const out = await said('-c', sizes, '-d', '1', '--age', '8', '--depth', '2');
  expect(out).toMatch(/^memleak: begun 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ: --age 8 --interval \d+ --depth 2$/m);
  expect(out).toMatch(/^ {2}1008000 bytes .* in 510 blocks, most of the bytes in 10 of 100000 bytes/m);
});

test('what probes took is no more than the time there was, and many births a second are told as such', async () => {
  const out = await said('-c', compiled(t.dir, 'busy'), '--progressive', '--escalate', '10', '-d', '40', '-i', '60');
  expect(out).toMatch(/512 bytes, \d+ a second$/m);
  const [, time, hits, price] =
    /probes were on malloc for (\d+) ms and were hit (\d+) times: .* about (\d+\.\d) ms in all/.exec(out) ?? [];
  expect(Number(hits), out).toBeGreaterThan(1000);
  // One thread.
  expect(Number(price)).toBeLessThanOrEqual(Number(time) + 1);
});

test('INTERVAL and COUNT are understood as BCC has them', async () => {
  const run = new Run([t.memleak, '-c', sizes, '--json', '0.3', '3']);
  expect(await run.ended).toBe(0);
  const lists = run.lines.filter(isSnapshot);
  expect(lists.map(({ at_ms: at }) => Math.round(at / 300))).toEqual([1, 2, 3]);
  expect(lists.at(-1)?.final).toBe(true);
  for (const words of [
    ['1', '2', '3'],
    ['1', 'x'],
    ['0', '3'],
  ]) {
    const refused = new Run([t.memleak, '-p', '1', ...words]);
    expect(await refused.ended).toBe(2);
    expect(refused.err).toMatch(/belongs to no option/);
  }
});

test('--json is UTF-8 whatever a process calls itself', async () => {
  const child = spawn(compiled(t.dir, 'cut-name'), { stdio: ['pipe', 'pipe', 'ignore'] });
  try {
    await new Promise((done) => child.stdout.once('data', done));
    const comm = readFileSync(`/proc/${child.pid}/comm`);
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(comm)).toThrow();
    const [program, args] = elevated(t.memleak, '-p', String(child.pid), '--json', '-d', '2');
    const tracer = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    tracer.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('"attached"')) child.stdin.write('\n');
      chunks.push(chunk);
    });
    await new Promise((done) => tracer.on('close', done));
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; comm?: string });
    expect(lines.map((l) => l.type)).toEqual(['start', 'attached', 'site', 'snapshot', 'end']);
    expect(lines[0]?.comm).toBe(comm.toString('utf8').trim());
    expect(lines[2]?.comm).toBe(lines[0]?.comm);
  } finally {
    child.kill('SIGKILL');
  }
});
