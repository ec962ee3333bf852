import { release } from 'node:os';
import { join } from 'node:path';
import type { EnvironmentKind, Lab } from '../model/lab.ts';
import { typedInPod } from '../environments/kube/typed.ts';
import { root } from '../paths.ts';
import { gadgetImage, ig, inspektorRuns } from '../tools/gadget/inspektor.ts';
import type { LabFacts } from './define.ts';

/** Seconds as sleep takes them: no more digits than it needs. */
const seconds = (ms: number): string => String(Number((ms / 1000).toFixed(2)));

/** Our own tool, where the toolbox has it. */
const IN_TOOLBOX = '/workshop/bpf/mallocstacks';

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
    memleak: lab.place.called('memleak-bpfcc'),
    mallocstacks: target.kube ? IN_TOOLBOX : join(root, 'bpf/mallocstacks'),
    release: target.kube ? '' : release(),
    tracer: lab.place.called('memleak'),
    inspektor: inspektorRuns(lab.environment),
    ig: ig(),
    gadgetImage: gadgetImage(),
    kube: target.kube,
    typed: lab.typed,
    script: scriptPath,
  };
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
  environment: EnvironmentKind,
  scriptPath: (name: string) => string = (name) => join(root, 'bpf', name),
): LabFacts {
  const kube = environment === 'host' ? null : KUBE;
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
    memleak: 'memleak-bpfcc',
    mallocstacks: kube ? IN_TOOLBOX : join(root, 'bpf/mallocstacks'),
    release: '',
    tracer: 'memleak',
    inspektor: true,
    ig: 'ig',
    gadgetImage: environment === 'host' ? 'memleak:latest' : 'REGISTRY/memleak:latest',
    kube,
    typed: (argv, where) =>
      kube ? { argv: typedInPod(kube, argv, where), elevated: false } : { argv: [...argv], elevated: where !== 'pod' },
    script: scriptPath,
  };
}
