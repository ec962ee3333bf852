import type { Lab, EnvironmentKind, LabSpec } from './lab.ts';
import type { Need } from './need.ts';
import type { Place } from './place.ts';
import type { Detection, ToolKind } from './tool.ts';

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

export type StageId =
  | 'cluster'
  | 'wake'
  | 'image-leaker'
  | 'image-toolbox'
  | 'load'
  | 'bundle'
  | 'toolbox'
  | 'removing';

/** One thing that `open` does, as it begins and as it ends; `usualMs` is how long it takes on a plain machine. */
export interface Stage {
  id: StageId;
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
