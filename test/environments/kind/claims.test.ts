import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { claim, removeImages } from '../../../runner/environments/kind/claims.ts';
import { kind } from '../../../runner/environments/kind/index.ts';
import { type ClusterRecord, clusters, writeCluster } from '../../../runner/environments/kind/record.ts';
import { kindDir } from '../../../runner/environments/kind/settings.ts';
import { kubeLabs } from '../../../runner/environments/kube/record.ts';
import type { Swept } from '../../../runner/model/environment.ts';
import { startTimeOf } from '../../../runner/process.ts';
import { type Machine, machine } from '../../commands/machine.ts';

/** A Docker that keeps its tags, its nodes and what is in each in files; and a kind that deletes clusters. */
const DOCKER = `#!/bin/sh
cd "$FAKE_BIN" || exit
printf 'docker %s\\n' "$*" >>"$FAKE_LOG"
case "$1" in
tag) printf '%s\\n' "$3" >>tags ;;
images) cat tags ;;
image) shift 2; for tag; do grep -vxF "$tag" tags >left; mv left tags; done ;;
ps) case "$*" in *cluster=*) name=\${*#*cluster=}; name=\${name%% *}; grep "^$name-" nodes | sed 's/$/\trunning/' ;; *) cat nodes ;; esac ;;
exec) cat "in-$2" ;;
esac
exit 0
`;
const KIND = `#!/bin/sh
cd "$FAKE_BIN" || exit
printf 'kind %s\\n' "$*" >>"$FAKE_LOG"
[ "$1" != delete ] || { grep -v "^$4-" nodes >left; mv left nodes; }
exit 0
`;

const LEAKER = 'ebpf-workshop/stealth-leaker:0123456789ab';
const TOOLBOX = 'ebpf-workshop/toolbox:ba9876543210';
let m: Machine;
const learner = (name: string) => vi.stubEnv('XDG_STATE_HOME', join(m.dir, name));
const tags = () => readFileSync(join(m.dir, 'tags'), 'utf8').split('\n').filter(Boolean);
const lines = (file: string, ...all: string[]) => writeFileSync(join(m.dir, file), all.map((l) => `${l}\n`).join(''));

beforeEach(() => {
  m = machine([]);
  for (const [name, text] of [
    ['docker', DOCKER],
    ['kind', KIND],
  ] as const) {
    writeFileSync(join(m.dir, name), text);
    chmodSync(join(m.dir, name), 0o755);
  }
  for (const [name, value] of Object.entries(m.env)) vi.stubEnv(name, value);
  lines('tags', LEAKER, TOOLBOX);
  lines('nodes');
  learner('anna');
});
afterEach(() => vi.unstubAllEnvs());

describe('images that a learner used', () => {
  it('go with the last who claims them', async () => {
    await claim(LEAKER);
    await claim(TOOLBOX);
    learner('boris');
    await claim(TOOLBOX);
    learner('anna');
    await removeImages([]);
    expect(tags()).toEqual([TOOLBOX, expect.stringMatching(/^ebpf-workshop\/toolbox:ba9876543210\.of-[0-9a-f]{12}$/)]);
    await removeImages([]);
    expect(tags()).toHaveLength(2);
    learner('boris');
    await removeImages([]);
    expect(tags()).toEqual([]);
  });
  it('stay where the node of somebody’s cluster has them', async () => {
    await claim(LEAKER);
    await claim(TOOLBOX);
    lines('nodes', 'other-control-plane');
    lines('in-other-control-plane', `docker.io/${LEAKER}`);
    await removeImages([]);
    expect(tags()).toEqual([LEAKER]);
  });
  it('by name go as well: a record of before there were claims', async () => {
    await removeImages([LEAKER]);
    expect(tags()).toEqual([TOOLBOX]);
  });
  it('nobody is asked where there are none', async () => {
    await removeImages([]);
    expect([m.calls(), tags()]).toEqual([[], [LEAKER, TOOLBOX]]);
  });
});

describe('sweep', () => {
  const us = { pid: process.pid, startTime: startTimeOf(process.pid) as string };
  const cluster = (over: Partial<ClusterRecord> = {}): ClusterRecord => ({
    version: 1,
    name: 'ebpf-workshop',
    kubeconfig: join(kindDir(), 'ebpf-workshop.kubeconfig'),
    lifetime: 'until-down',
    owner: us,
    startedAt: 1,
    whole: true,
    images: [LEAKER],
    ...over,
  });
  const lab = (id: string) =>
    kubeLabs('kind').create({
      version: 1,
      id,
      environment: 'kind',
      workload: 'stealth-leaker',
      variant: 'leaker',
      pace: 'fast',
      lifetime: 'until-down',
      owner: us,
      startedAt: 1,
      kubeconfig: cluster().kubeconfig,
      namespace: 'memleak-demo',
      tools: 'memleak-tools',
      deployment: 'leaker',
      began: null,
    });
  const swept = async (all = false) => {
    const told: Swept[] = [];
    await kind.sweep({ all, tell: (one) => told.push(one), onBad: () => expect.unreachable() });
    return told.map(({ state, of, id }) => `${state} ${of} ${id}`);
  };

  it('takes a cluster with its labs, then its images, and says so as it goes', async () => {
    mkdirSync(kindDir(), { recursive: true });
    writeCluster(cluster());
    lab('leaker-0a1b');
    lines('nodes', 'ebpf-workshop-control-plane');
    expect(await swept()).toEqual([
      'removing cluster ebpf-workshop',
      'along lab leaker-0a1b',
      'removed cluster ebpf-workshop',
    ]);
    expect([tags(), clusters(), kubeLabs('kind').all()]).toEqual([[TOOLBOX], [], []]);
    expect(m.calls().filter((c) => c.startsWith('kind '))).toHaveLength(1);
  });
  it('does not say that it removed what was not there', async () => {
    writeCluster(cluster());
    lab('leaker-0a1b');
    expect(await swept()).toEqual(['gone lab leaker-0a1b', 'gone cluster ebpf-workshop']);
    expect([clusters(), existsSync(cluster().kubeconfig)]).toEqual([[], false]);
  });
  it('leaves a session’s cluster that is open, with its images, but for --all', async () => {
    writeCluster(cluster({ lifetime: 'session' }));
    lines('nodes', 'ebpf-workshop-control-plane');
    expect(await swept()).toEqual(['kept cluster ebpf-workshop']);
    expect(tags()).toEqual([LEAKER, TOOLBOX]);
    expect(await swept(true)).toContain('removed cluster ebpf-workshop');
  });
  it('of nothing is nothing, and asks nobody', async () => {
    expect([await swept(), m.calls()]).toEqual([[], []]);
  });
});
