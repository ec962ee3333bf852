import { release } from 'node:os';
import { join } from 'node:path';
import type { EnvironmentKind } from '../model/kinds.ts';
import type { Lab } from '../model/lab.ts';
import { typedInPod } from '../environments/kube/typed.ts';
import { root } from '../paths.ts';
import { DEFAULT_ENVIRONMENT, siteOf } from '../environments/index.ts';
import { namesAt, namesIn } from '../tools/index.ts';
import type { LabFacts } from './define.ts';

/** Seconds as sleep takes them: no more digits than it needs. */
const seconds = (ms: number): string => String(Number((ms / 1000).toFixed(2)));

/** What steps and prose may know of a lab. `scriptPath` finds the learner's own copy of a script where there is one. */
export function factsOf(lab: Lab, scriptPath: (name: string) => string = (name) => join(root, 'bpf', name)): LabFacts {
  const { target, truth } = lab;
  const { periodMs } = truth;
  // At the real pace the guide looks every ten seconds; at the fast one, every other block.
  const tickMs = lab.spec.pace === 'real' ? 10_000 : 2 * periodMs;
  return {
    pid: target.pid,
    libc: target.libc,
    healthPort: target.healthPort,
    metricsPort: target.metricsPort,
    logFile: target.logFile,
    periodMs,
    blockBytes: truth.blockBytes,
    tickMs,
    // Half a tick on top, so that the last tick is printed before the script ends.
    lasting: (blocks) => Math.ceil((blocks * periodMs) / tickMs) * tickMs + tickMs / 2,
    sleep: (periods) => seconds(periods * periodMs),
    ...namesIn(lab),
    release: target.kube ? '' : release(),
    kube: target.kube,
    typed: lab.typed,
    script: scriptPath,
  };
}

/**
 * How long a solution has its tool watch, by what it asks of the lab it is made for, ms; null where it asks for no length.
 * The tool's own start comes on top.
 */
export function lengthOf(solution: (lab: LabFacts) => unknown, facts: LabFacts): number | null {
  const asked: number[] = [];
  solution({
    ...facts,
    lasting: (blocks) => {
      const ms = facts.lasting(blocks);
      asked.push(ms);
      return ms;
    },
  });
  return asked.length === 0 ? null : Math.max(...asked);
}

const REAL_MS = 8000;
const TICK_MS = 10_000;

const KUBE = {
  namespace: 'memleak-demo',
  deployment: 'stealth-memory-leaker',
  pod: 'POD',
  node: 'NODE',
  nodePid: 'NODE-PID',
  tools: 'memleak-tools',
  toolbox: 'TOOLBOX',
  containerId: 'CONTAINER-ID',
};

/** What a manual would write where there is no lab: names for what only a lab has, and the real pace. */
export function manualFacts(
  environment: EnvironmentKind = DEFAULT_ENVIRONMENT,
  scriptPath: (name: string) => string = (name) => join(root, 'bpf', name),
): LabFacts {
  const site = siteOf(environment);
  const kube = site === 'machine' ? null : KUBE;
  return {
    pid: kube ? 1 : 'PID',
    libc: 'LIBC',
    healthPort: kube ? 8080 : 'PORT',
    metricsPort: kube ? 9090 : 'PORT',
    logFile: 'LOG',
    periodMs: REAL_MS,
    blockBytes: 1048576,
    tickMs: TICK_MS,
    lasting: (blocks) => Math.ceil((blocks * REAL_MS) / TICK_MS) * TICK_MS + TICK_MS / 2,
    sleep: (periods) => seconds(periods * REAL_MS),
    ...namesAt({ site, manual: true, runs: (tool) => tool }),
    release: '',
    kube,
    typed: (argv, where) =>
      kube ? { argv: typedInPod(kube, argv, where), elevated: false } : { argv: [...argv], elevated: where !== 'pod' },
    script: scriptPath,
  };
}
