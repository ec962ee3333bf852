import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkshopError } from '../../errors.ts';
import { tied } from '../../exec.ts';
import { LEFT_UP_HOURS, type LabSpec } from '../../model/lab.ts';
import { settingsOf, type Workload } from '../workload.ts';
import { ledgerWhen } from '../ledger.ts';
import { ownLibc } from './libc.ts';
import { startTimeOf } from '../../process.ts';
import { labDir } from '../lab-records.ts';
import { end } from './proc.ts';
import type { HostRecord } from './record.ts';

/** A session's service ends with its runner; `down` and the next session take away what a crash leaves where it can't. */
const launched = (binary: string, lifetime: LabSpec['lifetime']): Promise<string[]> =>
  lifetime === 'session' ? tied([binary]) : Promise.resolve([binary]);

/** How long a service of ours may take to open its two ports, ms. */
const READY_MS = 10_000;

/**
 * Starts the workload so that it can outlive us: its own session, output to its log. node:child_process and not
 * execa, since a detached service is nothing to wait for or clean up after.
 */
export async function start(
  workload: Workload,
  spec: LabSpec,
  record: HostRecord,
  binary: string,
  signal?: AbortSignal,
): Promise<NonNullable<HostRecord['target']>> {
  const dir = labDir(record.id);
  const ledger = join(dir, 'ledger');
  const libc = spec.libc === 'system' ? null : await ownLibc(binary, dir);
  signal?.throwIfAborted();
  const log = openSync(join(dir, 'service.log'), 'a');
  const {
    httpPort = 'HTTP_PORT',
    metricsPort = 'METRICS_PORT',
    ledger: ledgerName = 'LEDGER',
    lifetime: lifetimeName = 'LIFETIME_S',
  } = workload.settings;
  const [markerName = '', markerValue = ''] = record.marker.split('=');
  const [program = '', ...args] = await launched(binary, spec.lifetime);
  const child = spawn(program, args, {
    cwd: dir,
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      PATH: process.env.PATH,
      LANG: process.env.LANG ?? 'C.UTF-8',
      ...(process.env.TZ ? { TZ: process.env.TZ } : {}),
      ...(libc ? { LD_LIBRARY_PATH: libc } : {}),
      ...settingsOf(workload, spec.variant, spec.pace, spec.seed),
      [httpPort]: '0',
      [metricsPort]: '0',
      [ledgerName]: ledger,
      ...(spec.lifetime === 'session' ? {} : { [lifetimeName]: String(LEFT_UP_HOURS[spec.pace] * 3600) }),
      [markerName]: markerValue,
    },
  });
  closeSync(log);
  let over = false;
  const failed = new Promise<never>((_, reject) => {
    child.once('exit', () => {
      over = true;
    });
    child.once('error', (error) => {
      over = true;
      reject(new WorkshopError('lab.start-failed', { detail: error.message }));
    });
  });
  const deadline = AbortSignal.timeout(READY_MS);
  try {
    const { ready } = await Promise.race([
      ledgerWhen(
        ledger,
        (l) => l.ready !== null,
        () => !over,
        signal ? AbortSignal.any([signal, deadline]) : deadline,
      ),
      failed,
    ]);
    const pid = child.pid as number;
    child.unref();
    return {
      pid,
      startTime: startTimeOf(pid) ?? '0',
      healthPort: Number(ready?.health),
      metricsPort: Number(ready?.metrics),
    };
  } catch (error) {
    // By its pid: a process that is about to become another program bears no mark for a moment, and nobody would find it.
    if (!over && child.pid !== undefined) await end({ pid: child.pid, startTime: startTimeOf(child.pid) ?? '0' });
    if (signal?.aborted) throw error;
    if (error instanceof WorkshopError && error.errorName === 'lab.start-failed') throw error;
    const said = readFileSync(join(dir, 'service.log'), 'utf8').trim().split('\n').slice(-3).join('\n');
    throw new WorkshopError('lab.start-failed', {
      detail: said || (deadline.aborted ? `not ready after ${READY_MS} ms` : String(error)),
    });
  }
}
