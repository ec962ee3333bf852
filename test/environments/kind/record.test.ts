import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type ClusterRecord,
  clusters,
  orphanClusters,
  readCluster,
  removeCluster,
  updateCluster,
  writeCluster,
} from '../../../runner/environments/kind/record.ts';
import { kindDir } from '../../../runner/environments/kind/settings.ts';
import { startTimeOf } from '../../../runner/process.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-kind-'));
  vi.stubEnv('XDG_STATE_HOME', dir);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

const us = { pid: process.pid, startTime: startTimeOf(process.pid) as string };
const gone = { ...us, startTime: '1' };
const file = (name: string) => join(kindDir(), name);

const record = (over: Partial<ClusterRecord> = {}): ClusterRecord => ({
  version: 1,
  name: 'ebpf-workshop',
  kubeconfig: file('ebpf-workshop.kubeconfig'),
  lifetime: 'session',
  owner: us,
  startedAt: 1,
  whole: false,
  images: ['a:1', 'b:2'],
  ...over,
});

describe('the record of a cluster', () => {
  it('comes back as it was written, and is replaced as a whole', () => {
    writeCluster(record());
    expect(readCluster('ebpf-workshop')).toEqual(record());
    writeCluster(record({ whole: true, lifetime: 'until-down' }));
    expect(readCluster('ebpf-workshop')).toEqual(record({ whole: true, lifetime: 'until-down' }));
    expect(readdirSync(kindDir())).toEqual(['ebpf-workshop.json']);
  });
  it('is changed in what it is by now, and not brought back', () => {
    writeCluster(record());
    writeCluster(record({ lifetime: 'until-down' }));
    updateCluster('ebpf-workshop', { whole: true });
    expect(readCluster('ebpf-workshop')).toEqual(record({ whole: true, lifetime: 'until-down' }));
    removeCluster(record());
    updateCluster('ebpf-workshop', { whole: true });
    expect(clusters()).toEqual([]);
  });
  it('of none is none, and leaves nothing', () => {
    expect(readCluster('ebpf-workshop')).toBeNull();
    expect(clusters()).toEqual([]);
    expect(existsSync(kindDir())).toBe(false);
  });
  it('goes with its kubeconfig and the lock of that, and nothing else', () => {
    writeCluster(record());
    writeCluster(record({ name: 'second', kubeconfig: file('second.kubeconfig') }));
    for (const name of ['ebpf-workshop.kubeconfig', 'ebpf-workshop.kubeconfig.lock', 'second.kubeconfig'])
      writeFileSync(file(name), '');
    removeCluster(record());
    removeCluster(record());
    expect(readdirSync(kindDir()).sort()).toEqual(['second.json', 'second.kubeconfig']);
    expect(clusters().map((c) => c.name)).toEqual(['second']);
  });
});

describe('a record that cannot be read', () => {
  const { whole: _, ...short } = record();
  it.each([
    ['torn', JSON.stringify(record()).slice(0, 60)],
    ['empty', ''],
    ['no object', '[]'],
    ['short of a field', JSON.stringify(short)],
    ['of a newer version', JSON.stringify({ ...record(), version: 2 })],
    ['of a field that we do not know', JSON.stringify({ ...record(), nodes: 2 })],
    ['of a name that leads elsewhere', JSON.stringify(record({ name: '../../etc' }))],
  ])('(%s) is set aside whole, and the others count', (_, text) => {
    writeCluster(record({ name: 'second' }));
    writeFileSync(file('ebpf-workshop.json'), text);
    expect(readCluster('ebpf-workshop')).toBeNull();
    const aside = readdirSync(kindDir()).filter((n) => n !== 'second.json');
    expect(aside).toEqual([expect.stringMatching(/^ebpf-workshop\.json\.unreadable-\d+$/)]);
    expect(readFileSync(file(aside[0] as string), 'utf8')).toBe(text);
    expect(clusters().map((c) => c.name)).toEqual(['second']);
  });
  it('because it is a folder, too', () => {
    mkdirSync(file('ebpf-workshop.json'), { recursive: true });
    expect(clusters()).toEqual([]);
    expect(readdirSync(kindDir())).toEqual([expect.stringMatching(/unreadable/)]);
  });
});

describe('a cluster is an orphan', () => {
  it.each<[string, Partial<ClusterRecord>, boolean]>([
    ['of a session that is open', {}, false],
    ['of a session that is gone', { owner: gone, whole: true }, true],
    ['of a session that was gone before it was whole', { owner: gone }, true],
    ['of `up`, long ended', { lifetime: 'until-down', owner: gone, whole: true }, false],
  ])('%s: %j', (_, over, is) => {
    writeCluster(record(over));
    expect(orphanClusters().map((c) => c.name)).toEqual(is ? ['ebpf-workshop'] : []);
  });
});
