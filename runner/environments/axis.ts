import type { Readable } from 'node:stream';
import type { Subjects, Truth } from '../evidence/model.ts';
import type { Detection, ToolKind } from '../tools/axis.ts';
import type { Need } from '../tools/packages.ts';

/** The axis of environments: what provides labs. One folder a kind; `index.ts` registers them. */
export type EnvironmentKind = 'host' | 'kind' | 'cluster';

export const ENVIRONMENTS = ['host', 'kind', 'cluster'] as const satisfies readonly EnvironmentKind[];

/** How a command runs in a place. */
export interface ExecOptions {
  /** Through sudo, under the elevated parent that ends it when its stdin closes. */
  elevated?: boolean;
  /** Added to the place's environment. */
  env?: Record<string, string>;
  cwd?: string;
  signal?: AbortSignal;
  /** Ends the command after so many ms: SIGINT first, so that tools detach cleanly. */
  timeoutMs?: number;
}

/** How a command ended: `code` null when a signal ended it. */
export interface Ending {
  code: number | null;
  signal: string | null;
  timedOut: boolean;
  /** Set when it could not be started at all. */
  error: string | null;
}

/** A command under way: stdout and stderr joined in the order they came. `ended` never rejects. */
export interface Running {
  output: Readable;
  ended: Promise<Ending>;
  /** SIGINT, then SIGTERM, then SIGKILL; resolves once it is gone. */
  stop(): Promise<void>;
}

/** Where a command can run. */
export interface Place {
  exec(argv: readonly string[], options?: ExecOptions): Running;
  /** The path of a program on this place's PATH (and sbin), or null. */
  which(program: string): Promise<string | null>;
  /** What a program is called here, as a learner types it: BCC's memleak differs by distribution, our own tracer lies where it is built. */
  called(program: 'memleak-bpfcc' | 'memleak'): string;
  /** What a shell beside the lab needs so that tools run as they do here. */
  env(): Record<string, string>;
}

/** A running workload, as the tools see it. */
export interface Target {
  /** Its pid as the tracer sees it, and its start time (clock ticks since boot) so that a reused pid is told apart. */
  pid: number;
  startTime: string;
  /** Its pid in its own pid namespace. */
  innerPid: number;
  comm: string;
  /**
   * Its libc as the tracer sees it: through the target's root, the one path that is right in every mount namespace. A static
   * target maps none; it is then the path of its own binary, since that is where its malloc is (stripped: without the name).
   */
  libc: string;
  healthPort: number;
  metricsPort: number;
  logFile: string;
  /** ms since epoch. */
  startedAt: number;
  /** Where it is in Kubernetes; null for a process of this host. */
  kube: KubeTarget | null;
}

/** A target in a pod. `pid` is then the pod's own: tools run in its pid namespace. */
export interface KubeTarget {
  namespace: string;
  deployment: string;
  pod: string;
  container: string;
  /** `containerd://…`, as kubectl prints it. */
  containerId: string;
  node: string;
  /** Its pid as the node numbers it, which is what the toolbox sees. */
  nodePid: number;
  /** The toolbox on its node: the pod, and its namespace. */
  toolbox: string;
  tools: string;
  /** How often Kubernetes started it again, and why the last one ended (`OOMKilled`, …); '' for never. */
  restarts: number;
  lastEnd: string;
}

/** A command as it reaches the pod that it is for. `-i` lets the guard there notice that nobody reads any more. */
export function typedInPod(
  { namespace, pod, nodePid, tools, toolbox }: Pick<KubeTarget, 'namespace' | 'pod' | 'nodePid' | 'tools' | 'toolbox'>,
  argv: readonly string[],
  where: Where,
): string[] {
  if (where === 'pod') return ['kubectl', '-n', namespace, 'exec', pod, '--', ...argv];
  if (where === 'toolbox') return ['kubectl', '-n', tools, 'exec', toolbox, '--', ...argv];
  return [
    'kubectl',
    '-n',
    tools,
    'exec',
    '-i',
    toolbox,
    '--',
    ...(where === 'target' ? ['in-pidns', String(nodePid)] : ['guarded']),
    ...argv,
  ];
}

/**
 * `target`: with the rights that tracing takes, where the target's pid is what `Target.pid` says. `node`: with the same rights,
 * where the node's own pids hold. `pod`: as the service itself, with no rights at all. `toolbox`: as
 * `node`, for what ends by itself at once.
 */
export type Where = 'target' | 'node' | 'toolbox' | 'pod';

export type Pace = 'real' | 'fast';

/** What a lab is asked to be. */
export interface LabSpec {
  workload: string;
  /** A variant of workload.yaml: `leaker`, `twin`, … */
  variant: string;
  pace: Pace;
  /** A lab that a session started ends with it; one that `up` started lives until `down`. */
  lifetime: 'session' | 'until-down';
}

export interface Health {
  ok: boolean;
  /** Why not: `died`, `stopped` in order, `oom-killed`, `deleted`, or `unreachable`. */
  reason: 'died' | 'stopped' | 'oom-killed' | 'deleted' | 'unreachable' | null;
}

/** What a lesson runs in. */
export interface Lab {
  id: string;
  environment: EnvironmentKind;
  spec: LabSpec;
  target: Target;
  place: Place;
  /** The ground truth of the *reference* workload at this lab's pace: what checks expect, whatever variant runs. */
  truth: Truth;
  /** How a command is typed here that runs beside the target, on its node, or in its pod (on a host, the three are one). */
  typed(argv: readonly string[], where: Where): { argv: string[]; elevated: boolean };
  subjects(): Promise<Subjects>;
  health(): Promise<Health>;
  /** How many blocks the leaking thread has allocated so far. */
  allocated(): Promise<number>;
  /** Resolves when the leaking thread has made so many allocations, or rejects when the target dies. */
  allocations(atLeast: number, signal?: AbortSignal): Promise<void>;
  /** Makes a kernel feature available for this lab's life; false where it can't be had. */
  require(feature: Feature): Promise<boolean>;
  down(): Promise<void>;
}

/** Kernel interfaces that some steps need and that nobody may have mounted. */
export type Feature = 'tracefs';

/** What stands between a tool and its work here; empty when the functional test passed. */
export interface Preflight {
  ok: boolean;
  tool: ToolKind;
  version: string | null;
  findings: Finding[];
}

/** One thing looked at. `fix` is the one command that mends it, as argv, with `elevated` when it needs root. */
export interface Finding {
  id: string;
  state: 'ok' | 'missing' | 'wrong' | 'note';
  seen: string;
  fix: { argv: string[]; elevated: boolean } | null;
}

/** One thing that `open` does, as it begins and as it ends; `usualMs` is how long it takes on a plain machine. */
export interface Stage {
  id: string;
  state: 'began' | 'done' | 'there';
  usualMs: number;
  ms?: number;
}

export interface Opening {
  lifetime: LabSpec['lifetime'];
  signal?: AbortSignal;
  onStage?(stage: Stage): void;
  /** An offline classroom's file: images come from there. */
  bundle?: string;
  /** Somebody else's cluster: which context, and which namespace of one's own. */
  context?: string;
  namespace?: string;
  /** Asked before anything changes that is not ours, with what will; without it nothing is changed. `!toolbox`: that the tools may not run there. */
  confirm?(changes: string[]): Promise<boolean>;
}

export interface Environment {
  kind: EnvironmentKind;
  /** Where the learner's commands are typed. */
  place: Place;
  /** Whether a tracing command goes through sudo here. */
  elevates: boolean;
  /** What a lab, or a tool in one, takes of this machine. */
  needs(what: 'lab' | ToolKind): Need[];
  /** Makes what labs run in: nothing on a host, a cluster with images and tools elsewhere. Idempotent; resumes what broke. */
  open(how: Opening): Promise<void>;
  /** Takes away what this process's `open` made for a session. */
  close(onStage?: Opening['onStage']): Promise<void>;
  /** The tool as found where it runs. */
  detect(tool: ToolKind): Promise<Detection>;
  /** Whether a tool works here, tried for real: `remembered` takes it that what worked since the last boot still does. */
  preflight(tool: ToolKind, signal?: AbortSignal, how?: 'remembered' | 'anew'): Promise<Preflight>;
  up(spec: LabSpec, signal?: AbortSignal): Promise<Lab>;
  /** Labs that are up, newest first. */
  labs(): Promise<Lab[]>;
  /** Removes exactly what the record of that lab says was made. */
  down(id: string): Promise<void>;
  /** What this process left behind; empty when all is as it was. */
  leftovers(): Promise<string[]>;
}
