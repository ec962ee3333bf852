import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lab } from '../../runner/model/lab.ts';
import { host } from '../../runner/environments/host/index.ts';
import { readLedger } from '../../runner/environments/ledger.ts';
import { labDir } from '../../runner/environments/lab-records.ts';
import { buildOf, loadWorkload, settingsOf } from '../../runner/environments/workload.ts';
import { type World, world } from './world.ts';

let w: World;
beforeAll(() => {
  w = world();
  for (const name of ['XDG_STATE_HOME', 'XDG_CACHE_HOME']) process.env[name] = w.env[name];
});
afterAll(() => w.end());

const workload = loadWorkload('stealth-leaker');
const variants = Object.keys(workload.variants).filter((v) => buildOf(workload, v));
/** Function names that the file has left; of a stripped one, what the loader needs at most. */
const symbols = (file: string) =>
  new Set(
    [
      ...execFileSync('readelf', ['-sW', file], { encoding: 'utf8', maxBuffer: 1 << 28 }).matchAll(/ FUNC .* (\S+)$/gm),
    ].map(([, name = '']) => name.replace(/@.*/, '')),
  );
const sections = (file: string) => execFileSync('readelf', ['-lSW', file], { encoding: 'utf8' });
async function inLab<T>(variant: string, work: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = await host.up({ workload: 'stealth-leaker', variant, pace: 'fast', lifetime: 'session' });
  try {
    return await work(lab);
  } finally {
    await lab.down();
  }
}
describe.each(variants)('%s', (variant) => {
  test('is built and runs as the service does, and has its malloc where the lab says', () =>
    inLab(variant, async (lab) => {
      const { pid, libc } = lab.target;
      const kind = buildOf(workload, variant);
      const exe = `/proc/${pid}/exe`;
      expect(readFileSync(`/proc/${pid}/comm`, 'utf8')).toBe('stealth-leaker\n');
      expect(/\bINTERP\b/.test(sections(exe))).toBe(kind === 'no-frame-pointers');
      expect(sections(exe).includes('.symtab')).toBe(kind !== 'static-stripped');
      expect(symbols(exe).has('memory_leak_thread')).toBe(kind !== 'static-stripped');
      expect([...symbols(exe)].filter((s) => ['new_buffer', 'grow_report'].includes(s))).toHaveLength(
        kind === 'no-frame-pointers' ? 2 : 0,
      );
      // That path is where its malloc is: a libc with that name, or the program, with it or (stripped) without any.
      expect(readFileSync(libc).equals(readFileSync(exe))).toBe(kind !== 'no-frame-pointers');
      expect(symbols(libc).has('malloc')).toBe(kind !== 'static-stripped');
      expect((await lab.subjects()).libc).toBe(libc);

      const settings = settingsOf(workload, variant, 'fast');
      await lab.allocations(5);
      const { ready, allocations, frees } = readLedger(join(labDir(lab.id), 'ledger'));
      expect(ready).toMatchObject({
        block: settings['LEAK_BLOCK_BYTES'],
        site: settings['LEAK_SITE'],
        leak: settings['LEAK'],
      });
      expect([allocations >= 5, frees > 0]).toEqual([true, settings['LEAK'] === 'off']);
    }));
});

/** What a tracer prints in a second or two, as root, in a lab of this variant. */
function traced(variant: string, program: (lab: Lab) => string): Promise<{ out: string; blocks: number }> {
  return inLab(variant, async (lab) => {
    expect(await lab.require('tracefs')).toBe(true);
    const running = lab.place.exec(
      ['bpftrace', '-p', String(lab.target.pid), '-e', `${program(lab)} interval:ms:2500 { exit(); }`],
      { elevated: true, timeoutMs: 60_000 },
    );
    const before = await lab.allocated();
    let out = '';
    for await (const chunk of running.output) out += String(chunk);
    await running.ended;
    return { out, blocks: (await lab.allocated()) - before };
  });
}
/** The libc that this machine’s own programs map. */
const systemLibc = () =>
  /=> (\/\S*\/libc\.so\S*)/.exec(execFileSync('ldd', [process.execPath], { encoding: 'utf8' }))?.[1] ?? '';
const count = (out: string) => [...out.matchAll(/: (\d+)$/gm)].reduce((sum, [, n]) => sum + Number(n), 0);

describe('what a tracer sees', () => {
  test('of a static program: nothing at the system’s libc; its malloc, and who asked, in the program', async () => {
    const elsewhere = await traced(
      'static',
      ({ target: { pid } }) => `uprobe:${systemLibc()}:malloc /pid == ${pid}/ { @ = count(); }`,
    );
    expect([count(elsewhere.out), elsewhere.blocks > 3]).toEqual([0, true]);
    const { out } = await traced(
      'static',
      ({ target: { pid, libc } }) => `uretprobe:${libc}:malloc /pid == ${pid}/ { @[ustack] = count(); }`,
    );
    expect(out).toMatch(/memory_leak_thread\+\d+/);
    expect(count(out)).toBeGreaterThan(3);
  });
  test('of a stripped one: page faults alone, a block’s worth of pages for each block, by address', async () => {
    const named = await traced(
      'static-stripped',
      ({ target: { pid, libc } }) => `uretprobe:${libc}:malloc /pid == ${pid}/ { @[ustack] = count(); }`,
    );
    expect(named.out).not.toMatch(/memory_leak_thread|^@/m);
    const { out, blocks } = await traced(
      'static-stripped',
      ({ target: { pid } }) => `tracepoint:exceptions:page_fault_user /pid == ${pid}/ { @[ustack] = count(); }`,
    );
    expect(out).toMatch(/^\s+0x[0-9a-f]+$/m);
    expect(out).not.toMatch(/memory_leak_thread|memset/);
    // Attaching takes time that the ledger counts, too.
    expect(count(out)).toBeGreaterThan(4 * 257);
    expect(count(out)).toBeLessThanOrEqual((blocks + 1) * 257);
  });
  test('of one without frame pointers: malloc’s caller, and then no longer who called that', async () => {
    const at = ({ target: { pid, libc } }: Lab) => `uretprobe:${libc}:malloc /pid == ${pid}/ { @[ustack] = count(); }`;
    const { out } = await traced('no-frame-pointers', at);
    expect(out).toMatch(/^@\[\n\s+new_buffer\+\d+$/m);
    expect(out).not.toMatch(/grow_report|memory_leak_thread/);
    expect((await traced('leaker', at)).out).toMatch(/^@\[\n\s+memory_leak_thread\+\d+$/m);
  });
});
