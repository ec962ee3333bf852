import { describe, expect, it } from 'vitest';
import { onlyLibc } from '../../../runner/evidence/fold.ts';
import type { Site, Snapshot } from '../../../runner/evidence/model.ts';
import { callSite } from '../../../runner/evidence/site.ts';
import { codes, labels, load, of, read, recording, versions } from './reading.ts';

const MIB = 1048576;
const MAPPING = MIB + 4096;
const blocks = (snapshots: Snapshot[], own: (site: Site) => boolean) =>
  snapshots.map((s) => s.sites.filter(own).reduce((n, site) => n + site.blocks, 0));
const sizes = (snapshots: Snapshot[]) =>
  [...new Set(snapshots.flatMap((s) => s.sites.map((site) => site.bytes / site.blocks)))].sort();
const rises = (counts: number[]) => counts.every((n, i) => i === 0 || n > (counts[i - 1] as number));
const CALLER = [
  { symbol: 'memory_leak_thread', offset: 0x56, module: 'stealth-leaker' },
  { symbol: null, offset: null, module: 'libc.so.6' },
];
const LIBC = [{ symbol: null, offset: null, module: 'libc.so.6' }];

const worked = (path: string) => labels[path]?.exit === 0 || /-(?:interrupted|terminated|trace)\./.test(path);

describe('every recording', () => {
  it('is of the process that it names, or of none', async () => {
    for (const [path, { command, pid, tool }] of Object.entries(labels)) {
      const said = of((await load(path)).evidence, 'subject').map((s) => s.pid);
      expect(
        said.filter((n) => n !== pid),
        path,
      ).toEqual([]);
      // libbpf-tools up to 0.31 don't say it.
      if (worked(path) && / -p /.test(command) && !(tool === 'memleak-libbpf' && path.startsWith('0.31')))
        expect(said[0], path).toBe(pid);
    }
  });
  it('of a run that worked complains of nothing', async () => {
    for (const path of Object.keys(labels).filter(worked)) expect((await load(path)).notices, path).toEqual([]);
  });
  it('has as many lists as were asked for, a second or so apart', async () => {
    for (const path of Object.keys(labels).filter(worked)) {
      const asked = /^memleak.* 1 (\d+)$/.exec(labels[path]?.command ?? '')?.[1];
      const { snapshots } = await load(path);
      if (asked) expect(snapshots, path).toHaveLength(Number(asked));
      const steps = snapshots.slice(1).map((s, i) => s.atMs - (snapshots[i]?.atMs ?? 0));
      expect(
        steps.filter((ms) => ms < 1000 || ms > 2000),
        path,
      ).toEqual([]);
    }
  });
});

describe.each(versions)('memleak of BCC %s', (version) => {
  const old = version === '0.26.0';
  const run = (name: string) => load(`${version}/${name}.txt`);

  it('leaker: a block more every time, by its caller and by libc’s mmap; before 0.31 by the mmap alone', async () => {
    const { snapshots } = await run('memleak-leaker');
    expect(rises(blocks(snapshots, onlyLibc))).toBe(true);
    expect(sizes(snapshots)).toEqual(old ? [MAPPING] : [MIB, MAPPING]);
    for (const { sites } of snapshots) expect(sites.map((s) => s.stack)).toEqual(old ? [LIBC] : [CALLER, LIBC]);
    expect(blocks(snapshots, (s) => !onlyLibc(s))).toEqual(old ? snapshots.map(() => 0) : blocks(snapshots, onlyLibc));
  });
  it('twin: never more than three', async () => {
    const { snapshots } = await run('memleak-twin');
    expect(snapshots).toHaveLength(8);
    expect(Math.max(...blocks(snapshots, onlyLibc))).toBeLessThanOrEqual(3);
  });
  it.each(['memleak-leaker-threshold', 'memleak-twin-threshold'])(
    '%s: below the threshold, all have the caller',
    async (name) => {
      const { snapshots } = await run(name);
      for (const { sites } of snapshots)
        expect(sites.filter((s) => s.bytes / s.blocks === MIB).map((s) => s.stack)).toEqual([CALLER]);
      expect(rises(blocks(snapshots, (s) => !onlyLibc(s)))).toBe(name === 'memleak-leaker-threshold');
    },
  );
  it('another function, by its name', async () => {
    const { snapshots } = await run('memleak-other-function-threshold');
    for (const { sites } of snapshots)
      expect(callSite(sites.find((s) => s.bytes / s.blocks === MIB)?.stack ?? [])).toBe('report_cache_thread');
  });
  it('half a block is half a block', async () => {
    expect(sizes((await run('memleak-half-block')).snapshots)).toEqual(old ? [528384] : [524288, 528384]);
  });
  it.each([
    ['memleak-min-size', old ? [MAPPING] : [MIB, MAPPING]],
    ['memleak-max-size', [MIB]],
    ['memleak-exact-size', [MIB]],
    ['memleak-top', [MAPPING]],
  ])('%s: sizes as memleak has them', async (name, expected) => {
    expect(sizes((await run(name)).snapshots)).toEqual(expected);
  });
  it('older: nothing is old at first, and the twin’s never is', async () => {
    const [leaker, twin] = [await run('memleak-older'), await run('memleak-older-twin')];
    expect(blocks(leaker.snapshots, onlyLibc).slice(0, 2)).toEqual([0, 0]);
    expect(rises(blocks(leaker.snapshots, onlyLibc).slice(1))).toBe(true);
    expect(twin.snapshots.map((s) => s.sites)).toEqual(Array.from({ length: 6 }, () => []));
  });
  it('with -a, addresses are no sites', async () => {
    const { snapshots } = await run('memleak-addresses');
    for (const { addresses } of snapshots) expect(addresses?.every((a) => /^[0-9a-f]{6,16}$/.test(a))).toBe(true);
    expect(snapshots).toHaveLength(4);
    for (const { sites } of snapshots) expect(sites).toHaveLength(old ? 1 : 2);
  });
  it('idle, or on another libc: empty lists', async () => {
    for (const name of ['memleak-idle', 'memleak-object-other'])
      expect((await run(name)).snapshots.map((s) => s.sites)).toEqual([[], [], []]);
  });
  it('a killed target is counted for ever', async () => {
    const counts = blocks((await run('memleak-target-dies')).snapshots, onlyLibc);
    expect(new Set(counts.slice(-4)).size).toBe(1);
  });
  it('combined: as the others, or broken', async () => {
    const { snapshots, notices } = await run('memleak-combined');
    expect(notices).toEqual(old ? ['bad-usage'] : []);
    if (!old) for (const { sites } of snapshots) expect(sites.map((s) => s.stack)).toEqual([CALLER, LIBC]);
  });
  it.each(['memleak-system', 'memleak-system-s'])('%s: the kernel’s stacks, and nobody’s pid', async (name) => {
    const { evidence, snapshots } = await run(name);
    expect(of(evidence, 'claim')).toEqual([{ kind: 'claim', name: 'traces', value: 'kernel' }]);
    expect(of(evidence, 'subject')).toEqual([]);
    const frames = snapshots.flatMap((s) => s.sites.flatMap((site) => site.stack));
    expect(frames.length).toBeGreaterThan(100);
    expect(frames.every((f) => f.module === 'kernel' && f.symbol !== null)).toBe(true);
  });
  it('what the compiler warns of is no complaint', async () => {
    if (old) expect(codes(await read(recording('0.26.0/memleak-newer-headers.txt')))).toEqual([]);
    expect(codes(await read(recording(`${version}/memleak-no-tracefs.txt`)))).toEqual([]);
  });
});

describe.each(['0.31.0', '0.37.0'])('memleak of libbpf-tools %s', (version) => {
  const run = (name: string) => load(`${version}/memleak-libbpf-${name}.txt`);
  it('leaker: libc’s mmap alone; below the threshold the caller', async () => {
    for (const { sites } of (await run('leaker')).snapshots)
      expect(sites.map((s) => [s.stack, s.bytes / s.blocks])).toContainEqual([LIBC, MAPPING]);
    for (const { sites } of (await run('leaker-threshold')).snapshots)
      expect(sites.map((s) => [s.stack, s.bytes / s.blocks])).toEqual([[CALLER, MIB]]);
  });
  it('twin: three for ever', async () => {
    for (const { sites } of (await run('twin')).snapshots) expect(sites.map((s) => s.blocks)).toEqual([3]);
  });
  it('addresses stand between a stack and its frames', async () => {
    for (const { sites } of (await run('addresses')).snapshots) expect(sites.map((s) => s.stack)).toEqual([LIBC]);
  });
  it('the kernel’s frames have no module', async () => {
    const { evidence, snapshots } = await run('system');
    expect(of(evidence, 'claim')).toEqual([{ kind: 'claim', name: 'traces', value: 'kernel' }]);
    expect(snapshots[0]?.sites[0]?.stack[0]).toEqual({ symbol: '__alloc_frozen_pages_noprof', offset: 0x26b });
  });
});
