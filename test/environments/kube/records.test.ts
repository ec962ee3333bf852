import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hostLabs } from '../../../runner/environments/host/record.ts';
import { ENVIRONMENTS } from '../../../runner/environments/index.ts';
import { isOrphan, kubeLabs, type KubeRecord } from '../../../runner/environments/kube/record.ts';
import { labsDir, recorded } from '../../../runner/environments/lab-records.ts';
import { startTimeOf } from '../../../runner/process.ts';

const inKind = kubeLabs('kind');
const inCluster = kubeLabs('cluster');
const createRecord = (record: KubeRecord) => kubeLabs(record.environment).create(record);
const readRecords = (onBad?: (file: string) => void) => [...inKind.all(onBad), ...inCluster.all(onBad)];

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-records-'));
  vi.stubEnv('XDG_STATE_HOME', dir);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

const us = { pid: process.pid, startTime: startTimeOf(process.pid) as string };
const gone = { ...us, startTime: '1' };

const record = (over: Partial<KubeRecord> = {}): KubeRecord =>
  ({
    version: 1,
    id: 'leaker-0a1b',
    environment: 'kind',
    workload: 'stealth-leaker',
    variant: 'leaker',
    pace: 'fast',
    lifetime: 'session',
    owner: us,
    startedAt: 1,
    kubeconfig: '/tmp/kubeconfig',
    namespace: 'memleak-demo',
    tools: 'memleak-tools',
    deployment: 'stealth-memory-leaker',
    began: { pod: 'stealth-memory-leaker-5d-x2', containerId: 'containerd://0a1b' },
    ...over,
  }) as KubeRecord;

describe('the record of a lab in a cluster', () => {
  it('comes back as it was written, before it has a pod and after', () => {
    for (const [id, over] of Object.entries({ a: {}, b: { began: null }, c: { environment: 'cluster' as const } })) {
      createRecord(record({ ...over, id }));
      expect(readRecords(() => expect.unreachable())).toContainEqual(record({ ...over, id }));
    }
  });
  it('changes in what is its own to change, and in nothing else', () => {
    createRecord(record({ began: null }));
    createRecord(record({ id: 'theirs', environment: 'cluster' }));
    expect(inKind.update('leaker-0a1b', () => ({ deployment: 'other' }))).toEqual(
      record({ began: null, deployment: 'other' }),
    );
    expect(inKind.update('leaker-0a1b', () => ({ began: record().began }))).toEqual(record({ deployment: 'other' }));
    expect(readRecords()).toContainEqual(record({ id: 'theirs', environment: 'cluster' }));
  });
  it('is its environment’s, and no other’s', () => {
    createRecord(record());
    createRecord(record({ id: 'theirs', environment: 'cluster' }));
    expect([inKind.all(), inCluster.all(), hostLabs.all()].map((all) => all.map((r) => r.id))).toEqual([
      ['leaker-0a1b'],
      ['theirs'],
      [],
    ]);
  });
  it.each([
    ['a namespace', { namespace: '--all-namespaces=true x' }],
    ['a namespace for tools', { tools: 'A' }],
    ['a deployment', { deployment: 'x; rm -rf /' }],
    ['an environment', { environment: 'nowhere' }],
    ['fields of a lab on a host', { marker: 'x', mounts: [] }],
  ])('with %s that cannot be is set aside', (_, over) => {
    createRecord(record());
    mkdirSync(join(labsDir(), 'bad'));
    writeFileSync(join(labsDir(), 'bad/record.0.json'), JSON.stringify({ ...record({ id: 'bad' }), ...over }));
    const aside: string[] = [];
    recorded(ENVIRONMENTS, (file) => aside.push(file));
    expect(readRecords((file) => aside.push(file)).map((r) => r.id)).toEqual(['leaker-0a1b']);
    expect(aside).toHaveLength(1);
  });
});

describe('an orphan in a cluster', () => {
  it.each<[string, Partial<KubeRecord>, boolean]>([
    ['a session that is open', {}, false],
    ['a session that is about to make it', { began: null }, false],
    ['a session that is gone', { owner: gone }, true],
    ['a session that was gone before it had a pod', { owner: gone, began: null }, true],
    ['`up`, long ended: Kubernetes keeps it alive', { lifetime: 'until-down', owner: gone }, false],
    ['`up` that was killed before it had a pod', { lifetime: 'until-down', owner: gone, began: null }, true],
    ['`up` that is under way', { lifetime: 'until-down', began: null }, false],
  ])('of %s', (_, over, is) => {
    createRecord(record(over));
    expect(
      readRecords()
        .filter(isOrphan)
        .map((r) => r.id),
    ).toEqual(is ? ['leaker-0a1b'] : []);
  });
});
