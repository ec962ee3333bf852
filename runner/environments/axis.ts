import type { Readable } from 'node:stream';
import type { Subjects, Truth } from '../evidence/model.ts';
import type { ToolKind } from '../tools/axis.ts';
import type { Need } from '../tools/packages.ts';

/** The axis of environments: what provides labs. One folder a kind; `index.ts` registers them. */
export type EnvironmentKind = 'host';

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
  /** What a program that distributions call differently is called here, as a learner types it. */
  called(program: 'memleak-bpfcc'): string;
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
  /** Its libc as the tracer sees it: through the target's root, the one path that is right in every mount namespace. */
  libc: string;
  healthPort: number;
  metricsPort: number;
  logFile: string;
  /** ms since epoch. */
  startedAt: number;
}

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
  /** Why not: the target died (with how), its ledger stopped, … */
  reason: string | null;
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
  subjects(): Subjects;
  health(): Promise<Health>;
  /** How many blocks the leaking thread has allocated so far. */
  allocated(): number;
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

export interface Environment {
  kind: EnvironmentKind;
  place: Place;
  /** What a tool takes here beside what every lab does. */
  needs(tool: ToolKind): Need[];
  /** Whether a tool works here, tried for real: `remembered` takes it that what worked since the last boot still does. */
  preflight(tool: ToolKind, signal?: AbortSignal, how?: 'remembered' | 'anew'): Promise<Preflight>;
  up(spec: LabSpec, signal?: AbortSignal): Promise<Lab>;
  /** Labs that are up, newest first. */
  labs(): Promise<Lab[]>;
  /** Removes exactly what the record of that lab says was made. */
  down(id: string): Promise<void>;
}
