import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cpuSeconds, memoryOf, runTimeIn, shown, type Shown } from '../../../runner/monitor/exporter/proc.ts';
import { isUpgrade, named, succession } from '../../../runner/monitor/exporter/target.ts';

let dir: string;
let children: ChildProcess[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-target-'));
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

/** A copy of sleep under another name; resolves once it is that program. */
async function started(name: string, seconds = '60'): Promise<Shown> {
  const program = join(dir, name);
  const child = spawn(program, [seconds], { stdio: 'ignore' });
  children.push(child);
  for (;;) {
    const now = shown(child.pid as number);
    if (now?.comm === name.slice(0, 15)) return now;
    await new Promise((go) => setTimeout(go, 5));
  }
}
const laid = (name: string) => copyFileSync('/bin/sleep', join(dir, name));
async function ended(of: Shown): Promise<void> {
  process.kill(of.pid, 'SIGKILL');
  while (shown(of.pid)) await new Promise((go) => setTimeout(go, 5));
}
/** Start times are counted in hundredths of a second. */
const tick = () => new Promise((go) => setTimeout(go, 30));

it('finds by the name as the kernel cuts it, oldest first', async () => {
  laid('a-name-that-is-cut');
  const first = await started('a-name-that-is-cut');
  await tick();
  const second = await started('a-name-that-is-cut');
  expect(named('a-name-that-is-cut').map(({ pid }) => pid)).toEqual([first.pid, second.pid]);
  expect(named('a-name-that')).toEqual([]);
});

it('who came later, of the same program, with the same words rather than others, comes in its place', async () => {
  laid('again-a');
  laid('again-b');
  const before = await started('again-a', '61');
  await tick();
  const first = await started('again-a');
  const line = succession({ pid: first.pid });
  await tick();
  await started('again-b');
  await ended(first);
  expect(line.after(first)).toBeNull();
  const others = await started('again-a', '62');
  expect(line.after(first)?.pid).toBe(others.pid);
  await tick();
  const same = await started('again-a');
  expect(line.after(first)?.pid).toBe(same.pid);
  expect(before.pid).not.toBe(same.pid);
});

it('tells another binary under the same name', async () => {
  laid('newer');
  const [old, again] = [await started('newer'), await started('newer')];
  expect(isUpgrade(old, again)).toBe(false);
  rmSync(join(dir, 'newer'));
  laid('newer');
  utimesSync(join(dir, 'newer'), new Date(), new Date(Date.now() + 5000));
  expect(isUpgrade(old, await started('newer'))).toBe(true);
});

it('reads memory and time of a process, and nothing of one that is gone', async () => {
  laid('memory');
  const of = await started('memory');
  const now = memoryOf(of.pid);
  expect(now.resident).toBeGreaterThan(4096);
  expect(now.virtual).toBeGreaterThan(now.resident ?? 0);
  expect(now.swap).toBeGreaterThanOrEqual(0);
  expect(cpuSeconds(of.pid)).toBeGreaterThanOrEqual(0);
  await ended(of);
  expect(memoryOf(of.pid)).toEqual({ resident: null, virtual: null, proportional: null, swap: null });
  // What has ended has its time until somebody asks how it ended.
  await expect.poll(() => cpuSeconds(of.pid)).toBeNull();
});

it('reads the time of a BPF program, and none of a link', () => {
  const program = 'pos:\t0\nflags:\t02000002\nprog_type:\t2\nprog_id:\t412\nrun_time_ns:\t1500\nrun_cnt:\t3\n';
  expect(runTimeIn(program)).toEqual({ program: '412', ns: 1500 });
  expect(runTimeIn('pos:\t0\nlink_type:\tuprobe_multi\nlink_id:\t7\nprog_id:\t412\n')).toBeNull();
});
