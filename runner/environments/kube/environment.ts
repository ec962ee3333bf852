import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { WorkshopError } from '../../errors.ts';
import { thisProcess } from '../../process.ts';
import type { ToolKind } from '../../model/kinds.ts';
import { tools } from '../../tools/index.ts';
import type { Need } from '../../model/need.ts';
import type { Environment, Opening, Sweep } from '../../model/environment.ts';
import { type Finding, finding, type Preflight } from '../../model/finding.ts';
import { type Lab, type LabSpec, LEFT_UP_HOURS } from '../../model/lab.ts';
import type { Grounds } from '../../model/tool.ts';
import { hostPlace } from '../local/place.ts';
import { removeRecord } from '../lab-records.ts';
import { isOrphan, kubeLabs, type KubeRecord } from './record.ts';
import { detectFor, functional, remember, remembered, runners } from '../try-tool.ts';
import { type Attempts, attempts, parted, sweepLabs, tellKept } from '../sweep.ts';
import { loadWorkload, seedOf, settingsOf, type Workload } from '../workload.ts';
import { type Access, ask, failure } from './kubectl.ts';
import { accessOf, labOf, stopFollowing } from './lab.ts';
import { INSTANCE, leaker, list } from './manifests.ts';
import { localPlace, toolboxPlace } from './place.ts';
import { pods } from './pods.ts';
import { podReady } from './ready.ts';

/** What differs between a cluster of ours and somebody else's. */
export interface Provider extends Pick<Environment, 'kind' | 'suits'> {
  needs(): Need[];
  open(how: Opening): Promise<void>;
  close(onStage?: Opening['onStage']): Promise<void>;
  /** Where labs go; throws `kube.not-open` where no cluster is open, by us or by an earlier `up`. */
  access(): Access;
  /** Where no cluster is open there is nothing to try a tool in: what to look at instead. */
  shut?(): (() => Promise<Finding[]>) | null;
  /** Whether the toolbox may run there at all. */
  tools?(): boolean;
  images(): { leaker: string; toolbox: string };
  /** Whether there is still a cluster to take a lab away from. */
  gone(access: Access): Promise<boolean>;
  leftovers(): Promise<string[]>;
  /** Removes the labs that go, and what the provider made for them. */
  sweep(
    how: Sweep,
    all: Attempts,
    labs: { going: KubeRecord[]; kept: KubeRecord[] },
    remove: (labs: KubeRecord[]) => Promise<void>,
  ): Promise<void>;
}

const NAME = 'stealth-memory-leaker';
/** How long Kubernetes may take to end a pod that is told to, s. */
const GONE_S = 60;

/** An environment of pods: what kind and cluster have in common. */
export function kubeEnvironment(provider: Provider): Environment {
  const { kind, suits } = provider;
  const labs = kubeLabs(kind);
  const opened = new Map<string, Promise<void>>();

  const open = (how: Opening): Promise<void> => {
    const under = opened.get(kind) ?? provider.open(how);
    opened.set(kind, under);
    under.catch(() => opened.delete(kind));
    return under;
  };

  const { runs, preflight } = runners();

  /** Tools are found in a toolbox: any of them, for all have the same image. */
  const grounds = async (signal?: AbortSignal): Promise<Grounds> => {
    const access = provider.access();
    const ready = (await pods(access, access.tools, 'app.kubernetes.io/name=toolbox', signal)).find(
      (p) => p.ready && !p.deleting,
    );
    if (!ready) throw new WorkshopError('kube.no-toolbox', { node: '', namespace: access.tools });
    return { site: 'cluster', here: localPlace(access), node: toolboxPlace(access, ready.name) };
  };

  const tried = async (
    tool: ToolKind,
    signal: AbortSignal | undefined,
    how: 'remembered' | 'anew',
  ): Promise<Preflight> => {
    const shut = provider.shut?.() ?? null;
    if (shut) return { ok: true, tool, version: null, findings: await shut() };
    const { trial } = tools[tool];
    if (provider.tools?.() === false)
      return {
        ok: !trial,
        tool,
        version: null,
        findings: trial ? [finding('toolbox', 'missing', provider.access().tools)] : [],
      };
    const detection = await detectFor(tool, await grounds(signal));
    if (!detection.found)
      return { ok: false, tool, version: null, findings: [finding(tool, 'missing', detection.missing)] };
    const { version } = detection;
    const found = finding(tool, 'ok', `${detection.path} ${version ?? ''}`.trim());
    if (!trial) return { ok: true, tool, version, findings: [found] };
    const key = await identity(provider.access(), provider.images().toolbox);
    if (how === 'remembered' && remembered(memoryOf(tool)) === key)
      return { ok: true, tool, version, findings: [found, finding('functional', 'ok', 'memory_leak_thread')] };
    const seen = await functional(tool, trial, (spec) => environment.up(spec, signal), signal);
    if (seen.ok) remember(memoryOf(tool), key);
    return {
      ok: seen.ok,
      tool,
      version,
      findings: [found, finding('functional', seen.ok ? 'ok' : 'wrong', seen.text)],
    };
  };

  /** Takes a lab away, and its record last. */
  const remove = async (record: KubeRecord): Promise<boolean> => {
    await stopFollowing(record.id);
    const access = accessOf(record);
    let there = false;
    if (existsSync(record.kubeconfig)) {
      // By our label and not by its name, which somebody else's may have.
      const args = [
        '-n',
        record.namespace,
        'delete',
        'deployment',
        '-l',
        `${INSTANCE}=${record.deployment}`,
        '--ignore-not-found',
        '--cascade=foreground',
        `--timeout=${GONE_S}s`,
      ];
      const said = await ask(access, args, { timeoutMs: (GONE_S + 10) * 1000 });
      if (said.code !== 0 && !(await provider.gone(access))) throw failure(said, args);
      there = /\bdeleted\b/.test(said.out);
    }
    removeRecord(record.id);
    return there;
  };

  const environment: Environment = {
    kind,
    ...(suits ? { suits } : {}),
    place: hostPlace,
    site: 'cluster',
    elevates: false,
    needs: (what) => (what === 'lab' || what === 'workload' ? provider.needs() : tools[what].needs('cluster')),
    open,
    async close(onStage) {
      await stopFollowing();
      opened.delete(kind);
      await provider.close(onStage);
    },
    detect: async (tool) =>
      provider.tools?.() === false ? { found: false, missing: tool } : tools[tool].detect(await grounds()),

    async preflight(tool, signal, how = 'remembered') {
      const usable = !provider.shut?.() && provider.tools?.() !== false;
      const once = () => tried(tool, signal, how);
      return usable ? preflight(tool, () => grounds(signal), once) : once();
    },

    async up(spec, signal) {
      // Another run may have taken the cluster away that this one had opened.
      if (provider.shut?.()) opened.delete(kind);
      await open({ lifetime: spec.lifetime, ...(signal ? { signal } : {}) });
      const access = provider.access();
      const workload = loadWorkload(spec.workload);
      const id = `${spec.variant}-${randomBytes(4).toString('hex')}`;
      const taken = labs.all().some((r) => r.namespace === access.namespace && r.deployment === NAME);
      let record: KubeRecord = {
        version: 1,
        id,
        environment: kind,
        workload: spec.workload,
        variant: spec.variant,
        seed: seedOf(workload, spec),
        pace: spec.pace,
        lifetime: spec.lifetime,
        owner: thisProcess(),
        startedAt: Date.now(),
        ...access,
        // The name says nothing of the variant: that is for the learner to find out.
        deployment: taken ? `${NAME}-${id.slice(-8)}` : NAME,
        began: null,
      };
      const change = (different: Partial<Pick<KubeRecord, 'deployment' | 'began'>>): KubeRecord => {
        const changed = labs.update(id, () => different);
        // Another runner's `down --all` may have been faster.
        if (!changed) throw new WorkshopError('lab.none', { up: `npm run workshop -- up --env ${kind}` });
        return changed;
      };
      try {
        labs.create(record);
        const settings = {
          ...settingsOf(workload, spec.variant, spec.pace, record.seed),
          [workload.settings.lifetime ?? 'LIFETIME_S']: String(LEFT_UP_HOURS[spec.pace] * 3600),
        };
        const otherwise = {
          ...workload.variants[spec.variant],
          memoryRequest: requestOf(workload, spec),
          ...(provider.tools?.() === false ? {} : { beside: access.tools }),
        };
        const create = async () => {
          const image = provider.images().leaker;
          const input = list([leaker(record.deployment, access.namespace, image, settings, otherwise)]);
          const args = ['create', '-f', '-'];
          return { args, said: await ask(access, args, { input, signal, timeoutMs: 60_000 }) };
        };
        let made = await create();
        if (/AlreadyExists/.test(made.said.out) && record.deployment === NAME) {
          // Somebody applied k8s/leaker by hand: theirs stays as it is.
          record = change({ deployment: `${NAME}-${id.slice(-8)}` });
          made = await create();
        }
        signal?.throwIfAborted();
        if (made.said.code !== 0) throw failure(made.said, made.args);
        const pod = await podReady(access, record.deployment, signal);
        record = change({ began: { pod: pod.name, containerId: pod.containerId } });
        return await labOf(
          record,
          pod,
          { hasTools: provider.tools?.() !== false, runs, down: environment.down },
          signal,
        );
      } catch (error) {
        await remove(record).catch(() => {});
        throw error;
      }
    },

    records: labs.all,
    describe: (record: KubeRecord) => ({
      what: `${record.namespace}/${record.deployment}`,
      orphan: isOrphan(record),
    }),

    async labs() {
      const up = await Promise.all(
        labs.all().map(async (record): Promise<Lab | null> => {
          try {
            const { began } = record;
            const now = began ? await pods(accessOf(record), record.namespace, `${INSTANCE}=${record.deployment}`) : [];
            const pod = now.find((p) => p.ready && !p.deleting);
            return pod
              ? await labOf(record, pod, { hasTools: provider.tools?.() !== false, runs, down: environment.down })
              : null;
          } catch (error) {
            // A cluster that is gone or silent has no lab to show; `down` says what is the matter.
            if (error instanceof WorkshopError) return null;
            throw error;
          }
        }),
      );
      return up.filter((lab) => lab !== null);
    },

    async down(id) {
      const record = labs.all().find((r) => r.id === id);
      return record ? remove(record) : false;
    },

    async sweep(how) {
      const all = attempts();
      const { going, kept } = parted(environment, how);
      const removed = { going: going as KubeRecord[], kept: kept as KubeRecord[] };
      await provider.sweep(how, all, removed, (labs) => sweepLabs(environment, labs, how, all));
      tellKept(kept, how);
      all.settle();
    },

    async leftovers() {
      const mine = labs.all().filter((r) => r.owner.pid === process.pid && r.lifetime === 'session');
      return [
        ...mine.map((r) => `lab ${r.id} (deployment ${r.namespace}/${r.deployment})`),
        ...(await provider.leftovers()),
      ];
    },
  };
  return environment;

  function memoryOf(tool: ToolKind): string {
    return `${kind}-${tool}`;
  }
}

/**
 * What a lab needs of its node's memory: who forgets nothing hardly any, and one that is left up all that it comes to hold, as
 * the file says. A session's is gone, as a rule, before it holds a quarter.
 */
function requestOf({ variants }: Workload, { variant, lifetime }: LabSpec): string | undefined {
  if (variants[variant]?.leak === 'off') return '64Mi';
  return lifetime === 'session' ? '512Mi' : undefined;
}

/** What a tool was tried in: this cluster (or, where its uid may not be read, this way to it), this boot, this image. */
async function identity(access: Access, image: string): Promise<string> {
  const said = await ask(access, ['get', 'namespace', access.tools, '-o', 'jsonpath={.metadata.uid}'], {
    timeoutMs: 20_000,
  });
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return createHash('sha256')
    .update(`${said.code === 0 ? said.out : readFileSync(access.kubeconfig, 'utf8')} ${boot} ${image}`)
    .digest('hex');
}
