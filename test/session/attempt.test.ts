import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { check, labEnv, matchStep, observe, run, type Watch } from '../../runner/session/attempt.ts';
import type { Ending } from '../../runner/model/place.ts';
import { KEEP } from '../../runner/journal/transcripts.ts';
import { FakeLab, FakeTool } from './fakes.ts';
import { howMany, look, RIGHT, WRONG } from './small.ts';

const tool = new FakeTool();
async function* pieces(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}
const notices = (evidence: { kind: string }[]) => evidence.flatMap((e) => ('code' in e ? [e.code] : []));

describe('run', () => {
  it('an argv goes as it is, elevated if it says so', async () => {
    const lab = new FakeLab();
    for (const elevated of [true, false]) await run(lab, { argv: ['trace', '$(id)', ''], elevated }, tool);
    expect(lab.ran).toMatchObject([
      { argv: ['trace', '$(id)', ''], options: { elevated: true } },
      { argv: ['trace', '$(id)', ''], options: { elevated: false } },
    ]);
  });
  it('a shell command is one argument of bash, which says sudo itself', async () => {
    const lab = new FakeLab();
    await run(lab, { shell: "sudo trace '; rm -rf /" }, tool);
    expect(lab.ran[0]).toMatchObject({ argv: ['bash', '-c', "sudo trace '; rm -rf /"], options: { elevated: false } });
  });
  it('the lab’s values are environment variables', async () => {
    const lab = new FakeLab(34);
    await run(lab, { shell: 'x' }, tool);
    expect(lab.ran[0]?.options.env).toEqual({
      TARGET_PID: '34',
      TARGET_LIBC: '/proc/34/root/libc.so.6',
      HEALTH_PORT: '8080',
      METRICS_PORT: '9090',
      SERVICE_LOG: '/tmp/service.log',
    });
    expect(lab.ran[0]?.options.env).toEqual(labEnv(lab));
  });
  it('a signal and a limit reach the place; none is none', async () => {
    const lab = new FakeLab();
    const { signal } = new AbortController();
    await run(lab, { shell: 'x' }, tool, { signal, timeoutMs: 5 });
    await run(lab, { shell: 'x' }, tool);
    expect(lab.ran[0]?.options).toMatchObject({ signal, timeoutMs: 5 });
    expect(Object.keys(lab.ran[1]?.options ?? {}).sort()).toEqual(['elevated', 'env']);
  });
  it('what it printed, what that shows, and how it ended', async () => {
    const lab = new FakeLab();
    lab.next = { prints: RIGHT, ending: { code: 3 } };
    const seen: string[] = [];
    const { evidence, spool, code } = await run(lab, { shell: 'x' }, tool, {
      onChunk: (c) => seen.push(`chunk ${c.length}`),
      onEvidence: (all, last) => seen.push(`${last.kind} ${all.length}`),
    });
    expect([evidence.length, spool.bytes().toString(), code]).toEqual([3, RIGHT, 3]);
    expect(seen).toEqual(['chunk 36', 'allocation 1', 'allocation 2', 'allocation 3']);
  });
  it('a program that cannot be started is missing', async () => {
    const lab = new FakeLab();
    lab.next = { prints: '', ending: { code: null, error: 'ENOENT' } };
    const { evidence } = await run(lab, { argv: ['trace'], elevated: false }, tool);
    expect(evidence).toEqual([{ kind: 'notice', code: 'tool-missing', detail: 'trace: ENOENT' }]);
    expect(await check(look, lab, evidence)).toMatchObject({ kind: 'blocked' });
  });
});

describe('a tool that was killed', () => {
  const ran = async (over: Partial<Ending>, prints = WRONG, watch: Watch = {}) => {
    const lab = new FakeLab();
    lab.next = { prints, ending: { code: 0, ...over } };
    const { evidence } = await run(lab, { shell: 'x' }, tool, watch);
    return { codes: notices(evidence), kind: (await check(look, lab, evidence)).kind };
  };
  it.each([
    ['by its signal', { code: null, signal: 'SIGKILL' }],
    ['by the code that a shell makes of it', { code: 137 }],
  ])('without a word is told %s, and what it saw is no no', async (_, ending) => {
    expect(await ran(ending)).toEqual({ codes: ['tool-killed'], kind: 'blocked' });
    expect((await ran(ending, RIGHT)).kind).toBe('pass');
    expect(await ran({})).toEqual({ codes: [], kind: 'wrong' });
  });
  it('is told once', async () => {
    for (const code of ['tool-killed', 'no-memory'])
      expect((await ran({ code: 137 }, `! ${code}\n`)).codes).toEqual([code]);
  });
  it('is none where it was us', async () => {
    const over = { code: 137 };
    expect(await ran({ ...over, timedOut: true })).toEqual({ codes: [], kind: 'wrong' });
    expect((await ran({ ...over, timedOut: true }, `${WRONG}! tool-killed\n`)).codes).toEqual([]);
    expect((await ran(over, WRONG, { signal: AbortSignal.abort() })).codes).toEqual([]);
  });
});

describe('a tool that looks elsewhere', () => {
  const ran = async (allocates: number, prints = '', kind: 'bpftrace' | 'system' = 'bpftrace') => {
    const lab = new FakeLab();
    lab.blocks = 7;
    lab.next = { prints, allocates };
    return (await run(lab, { shell: 'x' }, new FakeTool(kind))).evidence;
  };
  it('is told by what the service did meanwhile', async () => {
    expect(await ran(3)).toEqual([{ kind: 'notice', code: 'saw-nothing', detail: '3' }]);
    expect(notices(await ran(9, '! cut-off\n'))).toEqual(['cut-off', 'saw-nothing']);
  });
  it('is not one that saw something, ended too soon, or does not watch allocations', async () => {
    expect(notices(await ran(9, WRONG))).toEqual([]);
    expect(await ran(2)).toEqual([]);
    expect(await ran(9, '', 'system')).toEqual([]);
  });
});

describe('observe', () => {
  it('is of any bytes, in any pieces', async () => {
    for (const texts of [[RIGHT], [...RIGHT]]) {
      const { evidence, spool, code } = await observe(pieces(...texts), tool);
      expect([evidence.length, spool.size, code]).toEqual([3, RIGHT.length, null]);
      expect(spool.hash()).toBe(createHash('sha256').update(RIGHT).digest('hex'));
    }
    expect(await observe(pieces(), tool)).toMatchObject({ evidence: [], code: null });
  });
  it('of a flood keeps so much and no more, and reads to the end', async () => {
    const flood = 'malloc 1\n'.repeat(10_000);
    const { evidence, spool } = await observe(pieces(...Array<string>(60).fill(flood)), tool);
    expect(evidence).toHaveLength(200_000);
    expect(spool.size).toBe(60 * flood.length);
    expect(spool.bytes().length).toBeLessThan(2 * KEEP + 100);
  });
});

describe('check', () => {
  const of = async (text: string) => (await observe(pieces(text), tool)).evidence;

  it('asks the lab first: one that is dead is broken, whatever was seen', async () => {
    const lab = new FakeLab();
    expect(await check(look, lab, await of(RIGHT))).toMatchObject({ kind: 'pass' });
    await lab.down();
    expect(await check(look, lab, await of(RIGHT))).toEqual({ kind: 'broken', criteria: [], notices: [] });
    expect(await check(howMany, lab, await of(RIGHT), '3')).toMatchObject({ kind: 'broken' });
  });
  it('a service that was killed for its memory is broken, and that is said', async () => {
    const lab = new FakeLab();
    lab.health = async () => ({ ok: false, reason: 'oom-killed' });
    expect(await check(look, lab, await of(RIGHT))).toEqual({
      kind: 'broken',
      criteria: [],
      notices: [{ kind: 'notice', code: 'oom-killed', detail: '' }],
    });
  });
  it.each([
    [RIGHT, 'pass'],
    [WRONG, 'wrong'],
    ['malloc 1024\n', 'not yet'],
    ['', 'not yet'],
    ['! needs-root\n', 'blocked'],
    ['! no-such-process\n', 'wrong'],
    [`! needs-root\n${RIGHT}`, 'pass'],
  ])('%j is %s', async (text, kind) => {
    expect((await check(look, new FakeLab(), await of(text))).kind).toBe(kind);
  });
  it.each([
    ['3', 'pass'],
    ['3 blocks', 'pass'],
    ['4', 'wrong'],
    ['many', 'wrong'],
    ['', 'wrong'],
    [undefined, 'not yet'],
  ])('an answer %j is %s', async (answer, kind) => {
    const outcome = await matchStep(howMany, new FakeLab(), await of(RIGHT), answer);
    expect(outcome).toMatchObject({ kind, criteria: [{ id: 'answer', teaches: true }] });
  });
  it('an answer without evidence is neither', async () => {
    expect(await matchStep(howMany, new FakeLab(), [], '3')).toMatchObject({
      kind: 'not yet',
      criteria: [{ cause: 'no-evidence' }],
    });
  });
});
