import type { Subjects, Truth } from '../evidence/model.ts';
import type { EnvironmentKind, ToolKind } from './kinds.ts';
import type { Place } from './place.ts';

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

/**
 * `target`: with the rights that tracing takes, where the target's pid is what `Target.pid` says. `node`: with the same rights,
 * where the node's own pids hold. `pod`: as the service itself, with no rights at all. `toolbox`: as
 * `node`, for what ends by itself at once.
 */
export type Where = 'target' | 'node' | 'toolbox' | 'pod';

/** A number as commands have it: the lab's own, or where there is no lab a manual's name for it. */
export type Word = number | string;

export type Pace = 'real' | 'fast';

/** Where nothing watches a lab, its service ends by itself after so many hours; at the fast pace it has long been full by then. */
export const LEFT_UP_HOURS: Record<Pace, number> = { real: 12, fast: 2 };

/** What a lab is asked to be. */
export interface LabSpec {
  workload: string;
  /** A variant of workload.yaml: `leaker`, `twin`, … */
  variant: string;
  pace: Pace;
  /** A lab that a session started ends with it; one that `up` started lives until `down`. */
  lifetime: 'session' | 'until-down';
  /**
   * On a host: the libc of the machine itself, where a tool finds no other. Left out, the service has a copy of its own, so that
   * probes on it slow down nobody else.
   */
  libc?: 'system' | undefined;
  /** Of a variant that is another one in each lab: what it is drawn by. Left out, any. */
  seed?: number | undefined;
}

/** What is known of a lab whether or not it is up, as its environment wrote it down; an environment's own record has more. */
export interface LabRecord extends LabSpec {
  version: 1;
  id: string;
  environment: EnvironmentKind;
  /** Who started it. */
  owner: { pid: number; startTime: string };
  /** ms since epoch. */
  startedAt: number;
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
  /** Which tool runs for this one here: itself or, where it was not found or not looked for, what stands in for it. */
  runs(tool: ToolKind): ToolKind;
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
