import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HostRecord } from '../../runner/environments/host/record.ts';
import { start } from '../../runner/environments/host/start.ts';
import { labDir } from '../../runner/environments/lab-records.ts';
import { loadWorkload } from '../../runner/environments/workload.ts';
import { alive, startTimeOf, thisProcess } from '../../runner/process.ts';

let dir: string;
const before = process.env.XDG_STATE_HOME;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-start-'));
  process.env.XDG_STATE_HOME = dir;
});
afterEach(() => {
  if (before === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = before;
  rmSync(dir, { recursive: true });
});

it('a service that was interrupted as it started is ended, though it bears no mark by which it could be found', async () => {
  const pidFile = join(dir, 'pid');
  const binary = join(dir, 'service');
  // As a process is for a moment whose exec is under way.
  writeFileSync(binary, `#!/bin/sh\necho $$ > ${pidFile}\nexec env -i sleep 60\n`, { mode: 0o755 });
  const record: HostRecord = {
    version: 1,
    id: 'leaker-1',
    environment: 'host',
    workload: 'stealth-leaker',
    variant: 'leaker',
    pace: 'fast',
    lifetime: 'session',
    libc: 'system',
    owner: thisProcess(),
    marker: 'WORKSHOP_LAB=leaker-1',
    startedAt: Date.now(),
    target: null,
  };
  mkdirSync(labDir(record.id), { recursive: true });
  const interrupted = new AbortController();
  const spec = {
    workload: 'stealth-leaker',
    variant: 'leaker',
    pace: 'fast',
    lifetime: 'session',
    libc: 'system',
  } as const;
  const started = start(loadWorkload('stealth-leaker'), spec, record, binary, interrupted.signal);
  const why = expect(started).rejects.toThrow('enough');
  let pid = 0;
  await expect.poll(() => (pid = Number(read(pidFile)))).toBeGreaterThan(0);
  const service = { pid, startTime: startTimeOf(pid) as string };
  expect(alive(service)).toBe(true);
  interrupted.abort(new Error('enough'));
  await why;
  expect(alive(service)).toBe(false);
});

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
