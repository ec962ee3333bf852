import { randomBytes } from 'node:crypto';
import { diskError } from '../../disk.ts';
import { WorkshopError } from '../../errors.ts';
import type { Environment, Sweep } from '../../model/environment.ts';
import type { Lab, LabSpec } from '../../model/lab.ts';
import { buildOf, loadWorkload, seedOf, truthOf } from '../workload.ts';
import { build } from './build.ts';
import { allocations, readLedger } from '../ledger.ts';
import { letGo, needTracefs, releaseTracefs, TRACEFS } from './mounts.ts';
import { hostPlace } from '../local/place.ts';
import { alive, thisProcess } from '../../process.ts';
import { carrying, end, innerPid, libcOf, owns } from './proc.ts';
import { labDir, removeRecord } from '../lab-records.ts';
import { hostLabs, type HostRecord, isOrphan } from './record.ts';
import { start } from './start.ts';
import { leftovers, strays, tracers } from './leftovers.ts';
import { labNeeds, WORKLOAD_NEEDS } from './needs.ts';
import { GROUNDS, tried } from './preflight.ts';
import { type Attempts, attempts, parted, sweepLabs, tellKept } from '../sweep.ts';
import { runners } from '../try-tool.ts';
import { tools } from '../../tools/index.ts';

declare module '../../model/kinds.ts' {
  interface Environments {
    host: true;
  }
}

const { runs, preflight } = runners();

/** This machine's own kernel, no containers: the default. */
export const host: Environment = {
  kind: 'host',
  suits: async () => 'well',
  place: hostPlace,
  site: GROUNDS.site,
  elevates: true,
  needs: (what) =>
    what === 'workload' ? WORKLOAD_NEEDS : what === 'lab' ? labNeeds() : tools[what].needs(GROUNDS.site),
  async open() {},
  async close() {},
  detect: (tool) => tools[tool].detect(GROUNDS),
  preflight: (tool, signal, how = 'remembered') =>
    preflight(
      tool,
      async () => GROUNDS,
      () => tried(tool, (spec) => host.up(spec, signal), how, signal),
    ),

  fits: (tool) => (runs(tool) === tool && tools[tool].libc ? { libc: tools[tool].libc } : {}),

  async up(spec, signal) {
    const workload = loadWorkload(spec.workload);
    const binary = await build(workload.name, workload.binary, buildOf(workload, spec.variant), signal);
    const id = `${spec.variant}-${randomBytes(4).toString('hex')}`;
    const record: HostRecord = {
      version: 1,
      id,
      environment: 'host',
      workload: spec.workload,
      variant: spec.variant,
      seed: seedOf(workload, spec),
      pace: spec.pace,
      lifetime: spec.lifetime,
      libc: spec.libc,
      owner: thisProcess(),
      marker: markerOf(id),
      startedAt: Date.now(),
      target: null,
    };
    try {
      hostLabs.create(record);
      const target = await start(workload, { ...spec, seed: record.seed }, record, binary, signal);
      const started = hostLabs.update(id, () => ({ target }));
      // Another runner's `down --all` may have been faster.
      if (!started) throw new WorkshopError('lab.none', { up: 'npm run workshop -- up' });
      return labOf(started);
    } catch (error) {
      await this.down(id).catch(() => {});
      throw diskError(error) ?? error;
    }
  },

  records: hostLabs.all,
  // Of a service that is gone its folder is left: the log, and what it wrote down.
  describe: (record: HostRecord) => ({
    what: record.target && alive(record.target) ? `pid ${record.target.pid}` : labDir(record.id),
    orphan: isOrphan(record),
  }),

  async labs() {
    return hostLabs
      .all()
      .filter((r) => r.target && alive(r.target))
      .map(labOf);
  },

  async down(id) {
    const record = hostLabs.all().find((r) => r.id === id);
    const target = record?.target;
    // Whoever bears the mark, and nobody whom a record merely names.
    const there = carrying(markerOf(id));
    for (const p of there) {
      if (!(await end(p))) throw new WorkshopError('lab.still-there', { pid: String(p.pid), id });
    }
    if (target) await letGo(target);
    removeRecord(id);
    await releaseTracefs(); // where another lab needs it, it stays
    return record !== undefined || there.length > 0;
  },

  async sweep(how) {
    const all = attempts();
    const { going, kept } = parted(host, how);
    await sweepLabs(host, going, how, all);
    await sweepStrays(how, all);
    tellKept(kept, how);
    all.settle();
  },

  lost: () => strays().map(({ id, pid }) => ({ id, what: `pid ${pid}` })),
  leftovers: async () => leftovers(),
};

/** How long a tracer whose runner is gone may take to detach, ms: BCC takes about 0.1 s a probe. */
const DETACHING_MS = 15_000;

/** What no record tells of: services found by their mark, tracers that still detach, a mount that nobody holds. */
async function sweepStrays({ tell }: Sweep, { attempt }: Attempts): Promise<void> {
  for (const { id, ...service } of strays())
    await attempt(async () => {
      if (!(await end(service))) throw new WorkshopError('lab.still-there', { pid: String(service.pid), id });
      tell({ state: 'removed', of: 'lab', id, what: `pid ${service.pid}`, orphan: true });
    });
  for (const tracer of tracers('gone'))
    await attempt(async () => {
      tell({ state: 'removing', of: 'tracer', id: String(tracer.pid), what: tracer.what });
      for (let waited = 0; waited < DETACHING_MS && alive(tracer); waited += 50)
        await new Promise((resolve) => setTimeout(resolve, 50));
      if (alive(tracer)) throw new WorkshopError('lab.tracer-stays', { pid: String(tracer.pid), command: tracer.what });
    });
  await attempt(async () => {
    if (await releaseTracefs()) tell({ state: 'removed', of: 'mount', id: TRACEFS, what: TRACEFS });
  });
}

/** What a process of this lab carries in its environment: it is found by that where nobody could write its pid down. */
const markerOf = (id: string): string => `WORKSHOP_LAB=${id}`;

function labOf(record: HostRecord): Lab {
  const target = record.target;
  if (!target) throw new WorkshopError('lab.none', { up: 'npm run workshop -- up' });
  const { pid } = target;
  const truth = truthOf(loadWorkload(record.workload), record.pace, record.variant, record.seed);
  const spec: LabSpec = {
    workload: record.workload,
    variant: record.variant,
    pace: record.pace,
    lifetime: record.lifetime,
    ...(record.libc ? { libc: record.libc } : {}),
    ...(record.seed === undefined ? {} : { seed: record.seed }),
  };
  const ledger = `${labDir(record.id)}/ledger`;
  const libc = `/proc/${pid}/root${libcOf(pid) ?? ''}`;
  return {
    id: record.id,
    environment: 'host',
    spec,
    place: hostPlace,
    truth,
    // Whoever finds it later, and has looked for no tool, knows by its libc what it was made for.
    runs: (tool) => (record.libc && tools[tool].libc === record.libc ? tool : runs(tool)),
    target: {
      ...target,
      innerPid: innerPid(pid),
      comm: 'stealth-leaker',
      libc,
      logFile: `${labDir(record.id)}/service.log`,
      startedAt: record.startedAt,
      kube: null,
    },
    typed: (argv, where) => ({ argv: [...argv], elevated: where !== 'pod' }),
    subjects: async () => ({ pid, innerPid: innerPid(pid), libc, owns: owns(pid) }),
    async health() {
      if (alive(target)) return { ok: true, reason: null };
      return { ok: false, reason: readLedger(ledger).stopped ? 'stopped' : 'died' };
    },
    allocated: async () => readLedger(ledger).allocations,
    allocations: (atLeast, signal) => allocations(ledger, atLeast, () => alive(target), signal),
    require: () => needTracefs(target),
    async down() {
      await host.down(record.id);
    },
  };
}
