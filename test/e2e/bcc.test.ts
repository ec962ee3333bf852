import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import lesson from '../../lessons/06-bcc-memleak/steps.ts';
import type { Lab } from '../../runner/model/lab.ts';
import { host } from '../../runner/environments/host/index.ts';
import { headers, merge } from '../../runner/tools/bcc/headers.ts';
import { type Allocation, type Evidence, provingAgeMs, type Snapshot } from '../../runner/evidence/model.ts';
import { callSite } from '../../runner/evidence/site.ts';
import { judge } from '../../runner/evidence/verdict.ts';
import type { Command } from '../../runner/lesson/define.ts';
import { check, run } from '../../runner/session/attempt.ts';
import { namesIn, tools } from '../../runner/tools/index.ts';
import { eventually, root, type World, world } from './world.ts';

const MIB = 1024 * 1024;

let w: World;
let version: string;
beforeAll(async () => {
  w = world();
  for (const name of ['XDG_STATE_HOME', 'XDG_CACHE_HOME']) process.env[name] = w.env[name];
  merge(headers());
  const found = await host.detect('bcc');
  version = (found.found && found.version) || '';
});
afterAll(() => w.end());

const memleak = (lab: Lab, ...args: string[]): Command => ({
  argv: [namesIn(lab).bccMemleak, '-p', String(lab.target.pid), ...args],
  elevated: true,
});
const pairing = (lab: Lab, ms: number): Command => ({
  argv: [
    'bpftrace',
    '-p',
    String(lab.target.pid),
    join(root, 'bpf/outstanding.bt'),
    String(lab.target.pid),
    lab.target.libc,
    '1000',
    String(ms),
  ],
  elevated: true,
});

const up = (variant: string): Promise<Lab> =>
  host.up({ workload: 'stealth-leaker', variant, pace: 'fast', lifetime: 'session' });

describe.each(['BCC', 'bpftrace'])('BCC and bpftrace on one libc of one process, %s first', (first) => {
  test('both see the leak, and agree on blocks and bytes', async () => {
    const lab = await up('below-threshold');
    try {
      const began = { bcc: 0, bpftrace: 0 };
      const start = (tool: 'bcc' | 'bpftrace', command: Command, ready: RegExp) => {
        let said = '';
        let tell = () => {};
        const attached = new Promise<void>((resolve) => {
          tell = resolve;
        });
        const observed = run(lab, command, tools[tool], {
          onChunk: (chunk) => {
            said += String(chunk);
            if (began[tool] === 0 && ready.test(said)) {
              void lab.allocated().then((blocks) => {
                began[tool] = blocks;
                tell();
              });
            }
          },
        });
        return { attached, observed };
      };
      const bcc = () => start('bcc', memleak(lab, '-o', '0', '1', '9'), /Attaching to pid/);
      const bpftrace = () => start('bpftrace', pairing(lab, 6500), /watching malloc/);
      const one = first === 'BCC' ? bcc() : bpftrace();
      await one.attached;
      const other = first === 'BCC' ? bpftrace() : bcc();
      const [a, b] = await Promise.all([one.observed, other.observed]);
      const [ofBcc, ofBpftrace] = first === 'BCC' ? [a.evidence, b.evidence] : [b.evidence, a.evidence];

      const lists = ofBcc.filter((e): e is Snapshot => e.kind === 'snapshot');
      const allocations = ofBpftrace.filter((e): e is Allocation => e.kind === 'allocation');
      expect(lists.length).toBeGreaterThanOrEqual(6);
      expect(allocations.length).toBeGreaterThanOrEqual(15);
      // Each second's growth, as BCC sums it up and as bpftrace lists it: three or four blocks of 1 MiB.
      const held = lists.map((l) =>
        l.sites.filter((s) => callSite(s.stack) === 'memory_leak_thread').reduce((n, s) => n + s.blocks, 0),
      );
      const perSecond = (held.at(-1) as number) - (held[0] as number);
      const seconds = ((lists.at(-1)?.atMs ?? 0) - (lists[0]?.atMs ?? 0)) / 1000;
      const times = allocations.map((x) => x.atMs as number);
      const listed = allocations.length / (((times.at(-1) as number) - (times[0] as number)) / 1000);
      expect(Math.abs(perSecond / seconds - listed)).toBeLessThan(0.7);
      for (const evidence of [ofBcc, ofBpftrace]) {
        const verdict = judge(evidence, { neededMs: provingAgeMs(lab.truth) });
        expect(verdict.answer).toBe('leak');
        const worst = verdict.sites.find((s) => s.answer === 'leak');
        expect(worst && callSite(worst.stack)).toBe('memory_leak_thread');
        expect(worst?.unfreedBytes).toBe((worst?.unfreedBlocks ?? 0) * MIB);
      }
      // And with the service's own ledger: what came after each was attached, a block or two at either end.
      const total = await lab.allocated();
      expect(held.at(-1)).toBeLessThanOrEqual(total - began.bcc + 2);
      expect(allocations.length).toBeLessThanOrEqual(total - began.bpftrace + 2);
    } finally {
      await lab.down();
    }
  });
});

describe('memleak', () => {
  test('on a service whose malloc goes through mmap counts each block once, or says what this version lost', async () => {
    const lab = await up('leaker');
    try {
      const { evidence } = await run(lab, memleak(lab, '1', '6'), tools.bcc);
      const named = await check(
        lesson.steps.find((s) => s.id === 'name-it') as (typeof lesson.steps)[number],
        lab,
        evidence,
      );
      const holder = named.criteria.find((c) => c.id === 'holder');
      if (Number(version.split('.')[1]) < 31) expect(holder).toMatchObject({ state: 'unmet', cause: 'only-mmap' });
      else expect(holder?.state).toBe('met');
      const worst = judge(evidence).sites;
      // Two entries of the same blocks would be two sites.
      expect(worst).toHaveLength(1);
      expect(worst[0]?.unfreedBlocks).toBeLessThanOrEqual(await lab.allocated());
    } finally {
      await lab.down();
    }
  });

  test('whose target dies is ended and told, not believed', async () => {
    const lab = await up('leaker');
    try {
      const running = run(lab, memleak(lab, '1', '60'), tools.bcc, { onEvidence: (all) => seen(all) });
      let seen = (_: Evidence[]) => {};
      await new Promise<void>((resolve) => {
        seen = (all) => {
          if (all.some((e) => e.kind === 'snapshot')) resolve();
        };
      });
      process.kill(lab.target.pid, 'SIGKILL');
      const { evidence } = await running;
      expect(evidence.at(-1)).toMatchObject({ kind: 'notice', code: 'target-died' });
      expect((await check(lesson.steps[0] as (typeof lesson.steps)[number], lab, evidence)).kind).toBe('broken');
    } finally {
      await lab.down();
    }
    await eventually('nothing is left', () => w.processes().length === 0);
  });

  test('without any kernel headers, and without leave to install them, says which package and which command', async () => {
    const [program = '', ...args] = w.argv([
      'unshare',
      '--mount',
      'bash',
      '-c',
      'mount -t tmpfs none /usr/src && mount -t tmpfs none /lib/modules && exec "$@"',
      'without',
      process.execPath,
      join(w.checkout, 'bin/workshop.mjs'),
      'verify',
      '6',
      '--no-install',
    ]);
    const failed = await promisify(execFile)(program, args, { env: w.env }).then(
      () => null,
      (error: { code: number; stderr: string }) => error,
    );
    expect(failed).toMatchObject({ code: 4 });
    expect(failed?.stderr).toMatch(/kernel headers[\s\S]*install .*headers/);
  });
});
