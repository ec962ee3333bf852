import { afterEach, describe, expect, it, vi } from 'vitest';
import { lookInside, lookUp, seenIn, toolboxOn } from '../../../runner/environments/kube/toolbox.ts';
import { access, faked, kubectl, line } from './faked.ts';

afterEach(() => vi.unstubAllEnvs());

/** As k8s/toolbox/bin/target printed it of a pod of kind's. */
const BRIEF = 'pid 21873\ninner 1\nmntns 4026533149\nlibc /usr/lib/x86_64-linux-gnu/libc.so.6\n';
const MAPS = `map 5583d3a4e000-5583d3a4f000 r--p 00000000 00:48 1838123                    /usr/local/bin/stealth-leaker
map 5583f6a0d000-5583f6a2e000 rw-p 00000000 00:00 0                          [heap]
map 7f2b1c000000-7f2b1c021000 rw-p 00000000 00:00 0
map ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
`;

describe('what the toolbox says of a container', () => {
  it('is its pid on the node, its own, its mount namespace, and its libc', () => {
    expect(seenIn(BRIEF)).toEqual({
      nodePid: 21873,
      mntns: 4026533149,
      innerPid: 1,
      libc: '/usr/lib/x86_64-linux-gnu/libc.so.6',
      maps: [],
    });
  });
  it('is its mappings, to the last address', () => {
    expect(seenIn(BRIEF + MAPS)).toEqual({
      ...seenIn(BRIEF),
      maps: [
        [0x5583d3a4e000n, 0x5583d3a4f000n],
        [0x5583f6a0d000n, 0x5583f6a2e000n],
        [0x7f2b1c000000n, 0x7f2b1c021000n],
        [0xffffffffff600000n, 0xffffffffff601000n],
      ].map(([from, to]) => ({ from, to })),
    });
  });
  it('may name no libc', () => {
    expect(seenIn('pid 21873\ninner 1\n')).toEqual({ nodePid: 21873, mntns: null, innerPid: 1, libc: null, maps: [] });
  });
  it('of a static program names the program', () => {
    expect(seenIn('pid 7\ninner 1\nlibc /usr/local/bin/static/stealth-leaker\n').libc).toBe(
      '/usr/local/bin/static/stealth-leaker',
    );
  });
  it('of musl names its loader', () => {
    expect(seenIn('pid 7\ninner 1\nlibc /lib/ld-musl-x86_64.so.1\n').libc).toBe('/lib/ld-musl-x86_64.so.1');
  });
  it('of one that shares the node’s pids is one pid', () => {
    expect(seenIn('pid 21873\n')).toMatchObject({ nodePid: 21873, innerPid: 21873 });
  });
  it('of one in several namespaces is the innermost pid', () => {
    expect(seenIn('pid 21873\ninner 530 1\n')).toMatchObject({ nodePid: 21873, innerPid: 1 });
  });
  it('is asked for again where it was lost on the way, and no more than twice', async () => {
    const lost = faked('kubectl', `[ "$(wc -l <"$FAKE_LOG")" -lt 3 ] || printf '%s' "$FAKE_PRINTS"`, {
      FAKE_PRINTS: BRIEF,
    });
    expect(await lookUp(access, 'toolbox-1', 'containerd://0a1b')).toMatchObject({ nodePid: 21873 });
    expect(lost.calls()).toHaveLength(3);
    const never = kubectl('');
    await expect(lookUp(access, 'toolbox-1', 'containerd://0a1b')).rejects.toThrow('kube.failed');
    expect(never.calls()).toHaveLength(3);
  });
  it('cut off anywhere is what came whole, and never another pid, libc or mapping', () => {
    const whole = BRIEF + MAPS;
    const { maps } = seenIn(whole);
    for (let n = 0; n <= whole.length; n++) {
      expect(() => seenIn(whole.slice(0, n))).not.toThrow();
      const lines = whole.slice(0, n).split('\n').slice(0, -1);
      if (lines.length === 0) continue;
      const seen = seenIn(`${lines.join('\n')}\n`);
      expect(seen).toEqual({
        nodePid: 21873,
        innerPid: lines.length > 1 ? 1 : 21873,
        mntns: lines.length > 2 ? 4026533149 : null,
        libc: lines.length > 3 ? '/usr/lib/x86_64-linux-gnu/libc.so.6' : null,
        maps: maps.slice(0, Math.max(0, lines.length - 4)),
      });
    }
  });
  it('is not what a mapped file is called', () => {
    const hostile = `Warning: pid 7, inner 7, libc /evil, a map 7-8 x\n${BRIEF}map 1000-2000 r--p 0 00:48 1 /tmp/pid 7 map 5-6 x\nmap 3000-4000 r--p 0 00:48 1 /tmp/\\012libc /evil\nmap zz-yy r--p\nmap 5000 r--p\nlibc /second\npid 8\n`;
    expect(seenIn(hostile)).toEqual({
      ...seenIn(BRIEF),
      maps: [
        { from: 0x1000n, to: 0x2000n },
        { from: 0x3000n, to: 0x4000n },
      ],
    });
  });
});

describe('looking a container up', () => {
  it('runs target in the toolbox, and asks for mappings only where they are wanted', async () => {
    const m = kubectl(BRIEF + MAPS);
    expect((await lookUp(access, 'toolbox-x', 'containerd://0a1b', 'maps')).maps).toHaveLength(4);
    expect(await lookUp(access, 'toolbox-x', 'containerd://0a1b')).toMatchObject({ nodePid: 21873 });
    const asked = `${access.kubeconfig} kubectl -n memleak-tools exec toolbox-x -- target containerd://0a1b`;
    expect(m.calls()).toEqual([`${asked} maps`, asked]);
  });
  it('that has gone fails, in the words of the toolbox', async () => {
    kubectl('node-pid: no process of 0a1b on this node\ncommand terminated with exit code 1\n', 1);
    await expect(lookUp(access, 'toolbox-x', 'containerd://0a1b')).rejects.toMatchObject({
      errorName: 'kube.failed',
      values: { detail: expect.stringContaining('no process of 0a1b') },
    });
  });
});

describe('where no toolbox may run', () => {
  it.each([
    [
      'a dynamic program is asked for its mappings, and its libc is among them',
      `${MAPS}map 7f2b1c000000-7f2b1c021000 r-xp 0 00:48 1 /usr/lib/x86_64-linux-gnu/libc.so.6\n`,
      '/usr/lib/x86_64-linux-gnu/libc.so.6',
    ],
    [
      'a static one’s is in the program',
      `${MAPS}map 00401000-004aa000 r-xp 0 00:48 1 /usr/local/bin/static/stealth-leaker\n`,
      '/usr/local/bin/static/stealth-leaker',
    ],
    ['what has neither has none', MAPS, null],
  ])('%s', async (_, maps, libc) => {
    const m = kubectl(maps);
    expect(await lookInside(access, 'leaker-1')).toEqual({ ...seenIn(maps), nodePid: 0, innerPid: 1, libc });
    expect(m.calls()).toEqual([expect.stringMatching(/ -n memleak-demo exec leaker-1 -- sed .* \/proc\/1\/maps$/)]);
  });
});

describe('the toolbox of a node', () => {
  it('is the ready one there, not one that is going', async () => {
    kubectl(
      line({ name: 'elsewhere', node: 'node-b' }) +
        line({ name: 'going', deleted: 'now' }) +
        line({ name: 'starting', ready: 'false' }) +
        line({ name: 'toolbox-x' }),
    );
    expect(await toolboxOn(access, 'node-a')).toBe('toolbox-x');
  });
  it('may be missing there, which is said', async () => {
    kubectl(line({ name: 'toolbox-x' }));
    await expect(toolboxOn(access, 'node-b')).rejects.toMatchObject({
      errorName: 'kube.no-toolbox',
      exit: 4,
      values: { node: 'node-b', namespace: 'memleak-tools' },
    });
  });
});
