import type { Preflight } from './finding.ts';
import type { EnvironmentKind, ToolKind } from './kinds.ts';
import type { Lab, LabRecord, LabSpec } from './lab.ts';
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

/** What `down` asks of each environment. */
export interface Sweep {
  /** What sessions have that are open elsewhere goes, too. */
  all: boolean;
  tell(swept: Swept): void;
  /** A record that could not be read is kept under this name. */
  onBad(file: string): void;
}

/**
 * What became of one thing: `removing` comes before what takes a while, a lab goes `along` with its cluster, and of what
 * was `gone` already only the record was left. What others use is `left` to them.
 */
export interface Swept {
  state: 'removing' | 'removed' | 'along' | 'gone' | 'kept' | 'left';
  of: 'lab' | 'cluster' | 'part' | 'mount' | 'tracer' | 'toolbox';
  id: string;
  /** What it consists of; of what is kept, the pid of its session; of what is left, what shows that others use it. */
  what: string;
  orphan?: boolean;
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
  /** What a lab has to be for the tool that runs for this one. Left out, any lab will do. */
  fits?(tool: ToolKind): Pick<LabSpec, 'libc'>;
  up(spec: LabSpec, signal?: AbortSignal): Promise<Lab>;
  /** Labs that are up, newest first. */
  labs(): Promise<Lab[]>;
  /** What it wrote down of its labs, newest first, whether or not they are up; what can't be read is set aside. */
  records(onBad?: (file: string) => void): LabRecord[];
  /** What a lab of its consists of, in a word for a person, and whether a session or a crash left it behind. */
  describe(record: LabRecord): { what: string; orphan: boolean };
  /** Removes exactly what the record of that lab says was made; resolves to whether any of it was still there. */
  down(id: string): Promise<boolean>;
  /** Removes its labs and what they ran in, as far as this learner made it. What can't be removed now keeps its record, and the first reason rejects at the end. */
  sweep(how: Sweep): Promise<void>;
  /** Services of ours that no record tells of, where those can be found: `down` ends them. */
  lost?(): { id: string; what: string }[];
  /** What this process left behind; empty when all is as it was. */
  leftovers(): Promise<string[]>;
}
