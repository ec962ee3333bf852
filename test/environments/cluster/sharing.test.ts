import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cluster } from '../../../runner/environments/cluster/index.ts';
import { kubeconfigFile, type PartRecord, readPart, writePart } from '../../../runner/environments/cluster/record.ts';
import type { Swept } from '../../../runner/model/environment.ts';
import type { Machine } from '../../commands/machine.ts';
import { faked, line } from '../kube/faked.ts';

/**
 * A cluster that answers from files: `labs`, `namespaces`, `toolbox` (its pods), `runs` (what is started in it), `annotation`,
 * `config` (a kubeconfig). What is not there is forbidden, or nothing.
 */
const LINES = `
from() { if [ -e "$FAKE_BIN/$1" ]; then cat "$FAKE_BIN/$1"; else echo 'Error from server (Forbidden): no' ; exit 1; fi; }
case "$*" in
*"auth can-i"*) echo yes ;;
*"config view"*) cat "$FAKE_BIN/config" ;;
*"--all-namespaces"*) from labs ;;
*"get namespaces -l"*) from namespaces ;;
*" exec "*) from runs ;;
*"name=toolbox"*) from toolbox ;;
*"get daemonset toolbox"*) from annotation ;;
*"annotate"*) from annotate ;;
*" delete "*|"delete "*) [ ! -e "$FAKE_BIN/may-not" ] || { echo 'Error from server (Forbidden): daemonsets is forbidden'; exit 1; }; echo 'namespace "x" deleted' ;;
*"get deployments"*) cat "$FAKE_BIN/here" 2>/dev/null; exit 0 ;;
*"get namespace "*) echo there ;;
*"get pods"*) echo toolbox-x ;;
esac`;

let m: Machine;
const says = (what: Record<string, string>) => {
  for (const [file, text] of Object.entries(what)) writeFileSync(join(m.dir, file), text);
};
beforeEach(() => {
  m = faked('kubectl', LINES);
  vi.stubEnv('XDG_STATE_HOME', join(m.dir, 'state'));
  mkdirSync(join(m.dir, 'state'));
  vi.stubEnv('WORKSHOP_IMAGES', undefined);
  says({
    labs: '',
    namespaces: '',
    toolbox: line({ name: 'toolbox-x' }),
    runs: '',
    annotation: 'left \n',
    annotate: '',
  });
});
afterEach(() => vi.unstubAllEnvs());

const part = (over: Partial<PartRecord> = {}): PartRecord => ({
  version: 1,
  context: 'class',
  kubeconfig: kubeconfigFile(),
  namespace: 'memleak-anna',
  tools: 'memleak-tools',
  images: null,
  lifetime: 'until-down',
  owner: { pid: 1, startTime: '0' },
  toolbox: true,
  made: ['namespace', 'tools-namespace', 'toolbox'],
  ...over,
});
/** What `down` tells, and what it deletes and writes. */
async function down(of: Partial<PartRecord> = {}) {
  writePart(part(of));
  const told: Swept[] = [];
  await cluster.sweep({ all: false, tell: (one) => told.push(one), onBad: () => expect.unreachable() });
  const asked = m.calls().map((call) => call.replace(/^\S+ kubectl /, ''));
  return {
    told: told.map(({ state, of, id, what }) => [state, of, id, what].join(' ')),
    deleted: asked.flatMap((call) => /\bdelete (?:-n \S+ )?(\S+ \S+)/.exec(call)?.[1] ?? []),
    annotated: asked.filter((call) => call.includes('annotate')),
    part: readPart(),
  };
}

describe('down takes the toolbox that it made', () => {
  it('where nobody else uses it', async () => {
    // One's own namespace is no one else's, a toolbox's pods are none of a lab's, and what goes is gone.
    says({
      labs: 'is  memleak-tools/toolbox-x\nis 2026-01-01T00:00:00Z memleak-boris/leaker-1\n',
      namespaces: 'is  memleak-anna\nis 2026-01-01T00:00:00Z memleak-boris\n',
    });
    expect(await down()).toEqual({
      told: ['removed part class memleak-anna'],
      deleted: ['namespace memleak-tools', 'namespace memleak-anna'],
      annotated: [],
      part: null,
    });
  });
  it('and where others have a toolbox of their own, beside which their labs are put', async () => {
    says({ labs: 'is  memleak-boris/leaker-1 other-tools\n', namespaces: 'is  memleak-boris\nis  memleak-anna\n' });
    expect((await down()).deleted).toEqual(['namespace memleak-tools', 'namespace memleak-anna']);
  });
  it('and where nothing else may be looked at', async () => {
    says({ here: '' });
    for (const file of ['labs', 'namespaces', 'runs', 'toolbox', 'annotation'])
      if (existsSync(join(m.dir, file))) writeFileSync(join(m.dir, file), 'Error from server (Forbidden): no\n');
    expect((await down()).deleted).toEqual(['namespace memleak-tools', 'namespace memleak-anna']);
  });
});

describe('down leaves it to others, says so, and writes it on it', () => {
  it.each([
    ['a lab beside it', { labs: 'is  memleak-boris/leaker-1 memleak-tools\n' }, 'memleak-boris/leaker-1'],
    ['a lab', { labs: 'is  memleak-boris/leaker-1\nis  memleak-tools/toolbox-x\n' }, 'memleak-boris/leaker-1'],
    [
      'one of their labs beside it',
      {
        labs: 'is  memleak-boris/leaker-1 other-tools\nis  memleak-boris/mine-1 memleak-tools\n',
        namespaces: 'is  memleak-boris\n',
      },
      'memleak-boris/mine-1, memleak-boris',
    ],
    ['a namespace of theirs', { namespaces: 'is  memleak-boris\nis  memleak-anna\n' }, 'memleak-boris'],
    [
      'what runs in it',
      { runs: 'runs /bin/bash elevated.sh 7 bpftrace -p 1\n' },
      'toolbox-x: /bin/bash elevated.sh 7 bpftrace -p 1',
    ],
  ])(
    'by %s',
    async (_, seen, others) => {
      says(seen);
      const { told, deleted, annotated, part } = await down();
      expect(told).toEqual(['removed part class memleak-anna', `left toolbox memleak-tools ${others}`]);
      expect([deleted, part]).toEqual([['namespace memleak-anna'], null]);
      expect(annotated).toEqual([
        '-n memleak-tools annotate --overwrite daemonset toolbox ebpf-workshop/left=tools-namespace',
      ]);
    },
    30_000,
  );
});

describe('a toolbox that somebody else has made', () => {
  const mine = { made: ['namespace' as const] };
  it('stays, whoever uses it', async () => {
    expect(await down(mine)).toMatchObject({
      told: ['removed part class memleak-anna'],
      deleted: ['namespace memleak-anna'],
    });
  });
  it('and has left goes with the last who uses it', async () => {
    says({ annotation: 'left tools-namespace\n' });
    expect((await down(mine)).deleted).toEqual(['namespace memleak-tools', 'namespace memleak-anna']);
    says({ annotation: 'left toolbox\n' });
    expect((await down(mine)).deleted.slice(-2)).toEqual(['daemonset toolbox', 'namespace memleak-anna']);
  });
  it('and not before', async () => {
    says({ annotation: 'left tools-namespace\n', labs: 'is  memleak-boris/leaker-1\n' });
    const { told, deleted, annotated } = await down(mine);
    expect([told, deleted, annotated]).toEqual([['removed part class memleak-anna'], ['namespace memleak-anna'], []]);
  });
  it('stays where it may not be taken away, and that is no failure', async () => {
    says({ annotation: 'left toolbox\n', 'may-not': '' });
    expect((await down({ made: [] })).told).toEqual(['gone part class memleak-anna']);
  });
});

describe('what a person says of a cluster', () => {
  const config = (server: string, namespace?: string) => `apiVersion: v1
clusters:
- cluster:
    server: ${server}
  name: c
contexts:
- context:
    cluster: c
${namespace === undefined ? '' : `    namespace: ${namespace}\n`}    user: u
  name: class
current-context: class
kind: Config
`;
  /** What a part begins with; it is gone again afterwards. */
  async function opened(namespace?: string): Promise<Pick<PartRecord, 'namespace' | 'images'>> {
    await cluster.open({
      lifetime: 'until-down',
      confirm: async () => true,
      ...(namespace === undefined ? {} : { namespace }),
    });
    const { images, namespace: its } = readPart() as PartRecord;
    await cluster.sweep({ all: true, tell: () => {}, onBad: () => {} });
    await cluster.close();
    return { namespace: its, images };
  }

  it('in their kubeconfig is where their lab goes, but for the namespace that nobody chose', async () => {
    says({ config: config('https://a', 'team-leaks') });
    expect(await opened()).toEqual({ namespace: 'team-leaks', images: null });
    says({ config: config('https://a', 'default') });
    expect((await opened()).namespace).toMatch(/^memleak-/);
    says({ config: config('https://a') });
    expect((await opened()).namespace).toMatch(/^memleak-/);
  });
  it('is kept for that cluster, and for no other of that name', async () => {
    says({ config: config('https://a', 'team-leaks') });
    vi.stubEnv('WORKSHOP_IMAGES', 'registry.example/leaks/');
    expect(await opened('mine')).toEqual({ namespace: 'mine', images: 'registry.example/leaks' });
    vi.stubEnv('WORKSHOP_IMAGES', undefined);
    expect(await opened()).toEqual({ namespace: 'mine', images: 'registry.example/leaks' });
    says({ config: config('https://b', 'team-leaks') });
    expect(await opened()).toEqual({ namespace: 'team-leaks', images: null });
    says({ config: config('https://a') });
    expect(await opened('other')).toEqual({ namespace: 'other', images: 'registry.example/leaks' });
    writeFileSync(join(m.dir, 'state/ebpf-workshop/cluster/answers.json'), '{');
    expect(await opened()).toMatchObject({ images: null });
  });
});
