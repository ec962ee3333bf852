import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { orphans } from '../../runner/environments/orphans.ts';
import {
  type HostRecord,
  labDir,
  labsDir,
  readRecords,
  removeRecord,
  writeRecord,
} from '../../runner/environments/lab-records.ts';
import { startTimeOf } from '../../runner/process.ts';

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
  mounts: [],
  ...over,
});

describe('a lab record', () => {
  it('comes back as it was written', () => {
    writeRecord(record());
    expect(readRecords()).toEqual([record()]);
  });

  it('is replaced as a whole, and leaves no draft behind', () => {
    writeRecord(record({ target: null }));
    writeRecord(record());
    expect(readRecords()).toEqual([record()]);
    expect(readdirSync(labsDir()).sort()).toEqual(['leaker-0a1b', 'leaker-0a1b.json']);
  });

  it('whose writer was killed half way is the one before', () => {
    writeRecord(record());
    const whole = readFileSync(join(labsDir(), 'leaker-0a1b.json'), 'utf8');
    // The draft of an atomic write, as write-file-atomic names it.
    writeFileSync(join(labsDir(), 'leaker-0a1b.json.1234567890'), whole.slice(0, 40));
    expect(readRecords(() => expect.unreachable())).toEqual([record()]);
  });

  it('goes with the folder of its lab', () => {
    writeRecord(record());
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
      writeRecord(record({ id, startedAt }));
    expect(readRecords().map((r) => r.id)).toEqual(['b', 'a', 'c']);
  });
});

it('no state at all is no records', () => {
  expect(readRecords()).toEqual([]);
});

describe('a record that cannot be read', () => {
  const { mounts: _, ...short } = record();
  it.each([
    ['torn', JSON.stringify(record()).slice(0, 50)],
    ['empty', ''],
    ['no object', '[]'],
    ['short of a field', JSON.stringify(short)],
    ['of a newer version', JSON.stringify({ ...record(), version: 2 })],
    ['of a field that we do not know', JSON.stringify({ ...record(), mont: [] })],
    ['of an id that leads elsewhere', JSON.stringify(record({ id: '../../../etc' }))],
  ])('(%s) is set aside whole and named, and the others count', (_, text) => {
    writeRecord(record({ id: 'other' }));
    const file = join(labsDir(), 'bad.json');
    writeFileSync(file, text);
    const aside: string[] = [];
    expect(readRecords((name) => aside.push(name)).map((r) => r.id)).toEqual(['other']);
    expect(aside).toEqual([expect.stringMatching(/\/bad\.json\.unreadable-\d+$/)]);
    expect(readFileSync(aside[0] as string, 'utf8')).toBe(text);
    expect(readRecords(() => expect.unreachable())).toHaveLength(1);
  });

  it('because it is a folder, too', () => {
    mkdirSync(join(labsDir(), 'odd.json'), { recursive: true });
    const aside: string[] = [];
    expect(readRecords((name) => aside.push(name))).toEqual([]);
    expect(aside).toHaveLength(1);
  });
});

describe('an orphan', () => {
  const found = () => orphans().map((r) => r.id);
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
    writeRecord(record(over));
    expect(found()).toEqual(is ? ['leaker-0a1b'] : []);
  });
});
