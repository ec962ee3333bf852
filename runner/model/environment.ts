import type { Preflight } from './finding.ts';
import type { EnvironmentKind, ToolKind } from './kinds.ts';
import type { Lab, LabSpec } from './lab.ts';
import type { Need } from './need.ts';
import type { Place, Site } from './place.ts';
import type { Detection } from './tool.ts';

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
  /** Whether a learner who is asked where to begin may take it, and how well: left out where it takes more than an answer. */
  suits?(): Promise<'best' | 'well' | 'not-now'>;
  /** Where the learner's commands are typed. */
  place: Place;
  /** Where its tools run. */
  site: Site;
  /** Whether a tracing command goes through sudo here. */
  elevates: boolean;
  /** What a lab takes of this machine, or its workload alone, or a tool in one. */
  needs(what: 'lab' | 'workload' | ToolKind): Need[];
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
