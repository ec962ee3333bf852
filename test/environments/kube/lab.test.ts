import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Lab } from '../../../runner/model/lab.ts';
import { type Cluster, cluster, environmentIn, LEDGER } from './cluster.ts';
import { line } from './faked.ts';

afterEach(() => vi.unstubAllEnvs());

/** A lab in a cluster, for one test; what follows its ledger is ended with it. */
async function inLab(work: (lab: Lab, c: Cluster) => Promise<void>): Promise<void> {
  const c = cluster();
  const environment = environmentIn(c);
  try {
    await work(
      await environment.up({ workload: 'stealth-leaker', variant: 'leaker', pace: 'fast', lifetime: 'session' }),
      c,
    );
  } finally {
    await environment.close();
  }
}

/** The stream of its ledger ends, which its health shows, for its pod is gone. */
async function streamEnds(lab: Lab, c: Cluster): Promise<void> {
  c.end();
  await expect.poll(() => lab.health(), { timeout: 30_000 }).toEqual({ ok: false, reason: 'deleted' });
}

describe('a lab in a pod', () => {
  it('is looked up from its pod: the node’s pid, its own, its libc', () =>
    inLab(async ({ target, truth, environment, place }, c) => {
      expect(target).toMatchObject({
        pid: 1,
        innerPid: 1,
        libc: '/proc/1/root/usr/lib/libc.so.6',
        logFile: 'deployment/stealth-memory-leaker',
        kube: {
          namespace: 'memleak-demo',
          pod: 'leaker-1',
          containerId: 'containerd://0a1b',
          node: 'node-a',
          nodePid: 21873,
          toolbox: 'toolbox-x',
          tools: 'memleak-tools',
        },
      });
      expect([environment, truth.periodMs, place.env()['KUBECONFIG']]).toEqual(['kind', 300, `${c.dir}/kubeconfig`]);
    }));
  it('types commands for where they run, without sudo', () =>
    inLab(async (lab) => {
      expect(lab.typed(['x'], 'target')).toEqual({
        argv: ['kubectl', '-n', 'memleak-tools', 'exec', '-i', 'toolbox-x', '--', 'in-pidns', '21873', 'x'],
        elevated: false,
      });
    }));
  it('owns the addresses that its maps hold, or nobody knows', () =>
    inLab(async (lab, c) => {
      const { owns, ...rest } = await lab.subjects();
      expect(rest).toEqual({ pid: 1, innerPid: 1, nodePid: 21873, libc: '/proc/1/root/usr/lib/libc.so.6' });
      expect(['0xfff', '0x1000', '0x1fff', '0x2000'].map((a) => owns?.(a))).toEqual([false, true, true, false]);
      c.says('target', 'node-pid: no process of 0a1b on this node\n', 1);
      expect((await lab.subjects()).owns).toBeNull();
    }));
  it('counts its allocations from its own ledger, and waits for more', () =>
    inLab(async (lab, c) => {
      expect(await lab.allocated()).toBe(2);
      await lab.allocations(2);
      const more = lab.allocations(3);
      c.end();
      await expect(more).rejects.toMatchObject({ errorName: 'lab.died' });
    }));
});

describe('the health of a lab in a pod', () => {
  /** With its ledger no longer read, its pod is looked at. */
  const seen = (pod: string, code = 0) => {
    let health = {};
    return inLab(async (lab, c) => {
      c.says('pods', pod, code);
      health = await lab.health();
    }).then(() => health);
  };
  it('is good while its ledger is read, without another look', () =>
    inLab(async (lab, c) => {
      await lab.allocated();
      const before = c.calls().length;
      expect(await lab.health()).toEqual({ ok: true, reason: null });
      expect(c.calls()).toHaveLength(before);
      c.says('pods', '');
      await streamEnds(lab, c);
    }));
  it('is good where its container is the one it began with', async () => {
    expect(await seen(line({}))).toEqual({ ok: true, reason: null });
    expect(await seen(line({ ready: 'false' }))).toEqual({ ok: true, reason: null });
  });
  it.each([
    [
      'was killed for its memory, and started again',
      line({ containerId: 'containerd://2c3d', restarts: '1', last: 'OOMKilled' }),
      'oom-killed',
    ],
    [
      'waits to be started again',
      line({ containerId: 'containerd://0a1b', waiting: 'CrashLoopBackOff', last: 'OOMKilled' }),
      'oom-killed',
    ],
    ['ended', line({ ended: 'Error', phase: 'Failed' }), 'died'],
    [
      'was started again for another reason',
      line({ containerId: 'containerd://2c3d', restarts: '1', last: 'Error' }),
      'died',
    ],
    [
      'ended in order, as one whose time is over, and was started again',
      line({ containerId: 'containerd://2c3d', ready: 'false', restarts: '1', last: 'Completed' }),
      'stopped',
    ],
    ['is told to go', line({ deleted: 'now' }), 'deleted'],
    ['is gone', '', 'deleted'],
    ['was replaced by another pod', line({ name: 'leaker-2' }), 'deleted'],
  ])('is bad where it %s', async (_, pod, reason) => {
    expect(await seen(pod)).toEqual({ ok: false, reason });
  });
  it('is not known where nobody answers', async () => {
    expect(await seen('The connection to the server was refused\n', 1)).toEqual({ ok: false, reason: 'unreachable' });
  });
});

it('a ledger that began anew is read anew', () =>
  inLab(async (lab, c) => {
    expect(await lab.allocated()).toBe(2);
    c.says('pods', '');
    await streamEnds(lab, c);
    c.says('ledger', `${LEDGER.replace('lines 3', 'lines 4')}+ 3 0xc 1048576\n`);
    // Of another container it would be another lab's.
    expect(await lab.allocated()).toBe(2);
    c.says('pods', line({}));
    expect(await lab.allocated()).toBe(3);
  }));
