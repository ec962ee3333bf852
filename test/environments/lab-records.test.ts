import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hostLabs, type HostRecord, isOrphan } from '../../runner/environments/host/record.ts';
import { kubeLabs } from '../../runner/environments/kube/record.ts';
import { labDir, labsDir, removeRecord } from '../../runner/environments/lab-records.ts';
import { startTimeOf } from '../../runner/process.ts';

const { create: createRecord, update: updateHost, all: readRecords } = hostLabs;

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
/** Our pid, but another process's start time: gone, and its pid was given to us. */
const gone = { ...us, startTime: '1' };

const record = (over: Partial<HostRecord> = {}): HostRecord => ({
  version: 1,
  id: 'leaker-0a1b',
  environment: 'host',
  workload: 'stealth-leaker',
  variant: 'leaker',
  pace: 'fast',
  lifetime: 'session',
  owner: us,
  marker: 'WORKSHOP_LAB=leaker-0a1b',
  startedAt: 1,
  target: { ...us, healthPort: 8080, metricsPort: 9090 },
  ...over,
});

const at = (id: string, number = 0) => join(labDir(id), `record.${number}.json`);
const target = { ...us, healthPort: 8080, metricsPort: 9090 };

describe('a lab record', () => {
  it('comes back as it was written', () => {
    createRecord(record());
    expect(readRecords()).toEqual([record()]);
    expect(readdirSync(labsDir())).toEqual(['leaker-0a1b']);
  });

  it('is written once: an id that is known is somebody else’s', () => {
    createRecord(record());
    expect(() => createRecord(record({ pace: 'real' }))).toThrow(/EEXIST/);
    expect(readRecords()).toEqual([record()]);
  });

  it('whose writer was killed half way is the one before', () => {
    createRecord(record());
    writeFileSync(
      join(labDir('leaker-0a1b'), 'draft.1234567890'),
      readFileSync(at('leaker-0a1b'), 'utf8').slice(0, 40),
    );
    expect(readRecords(() => expect.unreachable())).toEqual([record()]);
  });

  it('goes with the folder of its lab', () => {
    createRecord(record());
    writeFileSync(join(labDir('leaker-0a1b'), 'ledger'), 'ready\n');
    removeRecord('leaker-0a1b');
    removeRecord('leaker-0a1b');
    expect(readdirSync(labsDir())).toEqual([]);
  });

  it('stands before older ones', () => {
    for (const [id, startedAt] of [
      ['a', 2],
      ['b', 3],
      ['c', 1],
    ] as const)
      createRecord(record({ id, startedAt }));
    expect(readRecords().map((r) => r.id)).toEqual(['b', 'a', 'c']);
  });
});

describe('a change', () => {
  it('is made of what is on disk, and leaves the rest as it is', () => {
    createRecord(record({ target: null }));
    updateHost('leaker-0a1b', ({ startedAt }) => ({ startedAt: startedAt + 1 }));
    expect(updateHost('leaker-0a1b', () => ({ target }))).toEqual(record({ startedAt: 2 }));
    expect(readRecords()).toEqual([record({ startedAt: 2 })]);
  });

  it('is asked for again where another was faster', () => {
    createRecord(record());
    const seen: number[] = [];
    updateHost('leaker-0a1b', ({ startedAt }) => {
      seen.push(startedAt);
      if (seen.length === 1) updateHost('leaker-0a1b', (now) => ({ startedAt: now.startedAt + 10 }));
      return { startedAt: startedAt + 100 };
    });
    expect(seen).toEqual([1, 11]);
    expect(readRecords()[0]?.startedAt).toBe(111);
  });

  it('of a record that goes meanwhile is none, and does not bring it back', () => {
    createRecord(record());
    const changed = updateHost('leaker-0a1b', () => {
      removeRecord('leaker-0a1b');
      return { startedAt: 2 };
    });
    expect(changed).toBeNull();
    expect(updateHost('leaker-0a1b', () => ({ startedAt: 2 }))).toBeNull();
    expect(readdirSync(labsDir())).toEqual([]);
  });

  it('that changes nothing writes nothing', () => {
    createRecord(record());
    expect(updateHost('leaker-0a1b', () => ({}))).toEqual(record());
    expect(readdirSync(labDir('leaker-0a1b'))).toEqual(['record.0.json']);
  });

  it('is not made to a lab of another environment', () => {
    createRecord(record());
    expect(kubeLabs('kind').update('leaker-0a1b', () => expect.unreachable())).toBeNull();
  });

  it('that cannot be read makes way for what was before', () => {
    createRecord(record());
    updateHost('leaker-0a1b', () => ({ startedAt: 2 }));
    writeFileSync(at('leaker-0a1b', 1), '{');
    const aside: string[] = [];
    expect(readRecords((name) => aside.push(name))).toEqual([record()]);
    expect(aside).toHaveLength(1);
    expect(updateHost('leaker-0a1b', () => ({ startedAt: 3 }))?.startedAt).toBe(3);
    expect(readRecords(() => expect.unreachable())).toEqual([record({ startedAt: 3 })]);
  });
});

it('no state at all is no records', () => {
  expect(readRecords()).toEqual([]);
});

describe('a record that cannot be read', () => {
  const { marker: _, ...short } = record();
  it.each([
    ['torn', JSON.stringify(record()).slice(0, 50)],
    ['empty', ''],
    ['no object', '[]'],
    ['short of a field', JSON.stringify(short)],
    ['of a newer version', JSON.stringify({ ...record(), version: 2 })],
    ['of a field that we do not know', JSON.stringify({ ...record(), mont: [] })],
    ['of an id that leads elsewhere', JSON.stringify(record({ id: '../../../etc' }))],
    ['of another lab', JSON.stringify(record({ id: 'other' }))],
  ])('(%s) is set aside whole and named, and the others count', (_, text) => {
    createRecord(record({ id: 'other' }));
    mkdirSync(labDir('bad'));
    writeFileSync(at('bad'), text);
    const aside: string[] = [];
    expect(readRecords((name) => aside.push(name)).map((r) => r.id)).toEqual(['other']);
    expect(aside).toEqual([expect.stringMatching(/\/bad\/record\.0\.json\.unreadable-\d+$/)]);
    expect(readFileSync(aside[0] as string, 'utf8')).toBe(text);
    expect(readRecords(() => expect.unreachable())).toHaveLength(1);
  });

  it('because it is a folder, too', () => {
    mkdirSync(at('odd'), { recursive: true });
    const aside: string[] = [];
    expect(readRecords((name) => aside.push(name))).toEqual([]);
    expect(aside).toHaveLength(1);
  });
});

describe('an orphan', () => {
  const found = () =>
    readRecords()
      .filter(isOrphan)
      .map((r) => r.id);
  it.each<[string, Partial<HostRecord>, boolean]>([
    ['a session that is open', {}, false],
    ['a session that is gone, its lab still running', { owner: gone }, true],
    ['a session that is gone before its lab ran', { owner: gone, target: null }, true],
    ['a session that is about to start it', { target: null }, false],
    ['`up`, long ended', { lifetime: 'until-down', owner: gone }, false],
    [
      '`up`, and its service died',
      { lifetime: 'until-down', owner: gone, target: { ...gone, healthPort: 1, metricsPort: 2 } },
      true,
    ],
    ['`up` that was killed before its service ran', { lifetime: 'until-down', owner: gone, target: null }, true],
    ['`up` that is under way', { lifetime: 'until-down', target: null }, false],
  ])('of %s', (_, over, is) => {
    createRecord(record(over));
    expect(found()).toEqual(is ? ['leaker-0a1b'] : []);
  });
});
