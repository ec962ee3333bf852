import type { Evidence } from '../evidence/model.ts';
import type { Finding } from './finding.ts';
import type { ToolKind, ToolNames, Tools } from './kinds.ts';
import type { Feature, Target } from './lab.ts';
import type { Need } from './need.ts';
import type { Place, Site } from './place.ts';

/**
 * Where a tool is looked for: `here` is this machine, with access to the cluster where the lab is in one; `node` is where the
 * target runs, with the rights that tracing takes. On a machine the two are one.
 */
export interface Grounds {
  site: Site;
  here: Place;
  node: Place;
}

/**
 * A tool as found. `version` is as the tool prints it, without a leading v; null where it has none. `missing` is the program,
 * header or library that is not there; `why` names the finding, where there is more than one reason.
 */
export type Detection =
  | { found: true; path: string; version: string | null }
  | { found: false; missing: string; why?: string };

/** Whom a tool gives its names to: a step that runs in a lab, or a manual, where there is none. */
export interface Naming {
  site: Site;
  manual: boolean;
  /** Which tool runs for this one: itself, or what stands in for it. */
  runs(tool: ToolKind): ToolKind;
}

/** Stands for the program as it was typed, in `Start.as`. */
export const TYPED = '{}';

/** How a program of a tool is started on this machine, by the runner and by `sudo` as a lesson's command finds it. */
export interface Start {
  /** The last part of its path, or a path where that very file is meant. */
  program: string;
  /** Two tools may have programs of one name: a `compiled` one and a script; `script-here` is on this machine, too. */
  when: 'always' | 'compiled' | 'script' | 'script-here';
  /** What is put before the arguments. */
  as: readonly string[];
}

/** How a tool is tried: on which variant, with which command, and whether it named the function that asks for memory. */
export interface Trial {
  variant: string;
  argv(target: Target, names: ToolNames): string[];
  named(evidence: Evidence, expected: string): boolean;
}

/** What a tool prints of itself in runs that work. */
export interface Harmless {
  /** Lines that mean nothing by themselves. */
  lines: RegExp;
  /** Warnings about code, with the code that they point at below; without it, none are. */
  warnings?: RegExp;
  /** What a Python traceback ends in that means nothing. */
  traceback?: RegExp;
}

/** All of one tool. Where a member is left out, the tool has nothing of the kind. */
export interface Tool<K extends ToolKind = ToolKind> {
  kind: K;
  /** Its name in a sentence, where that is not its kind. */
  title?: string;
  /** How many programs it is that watch at once; one, where that is not said. */
  programs?: number;
  /** Without which some version of it does nothing at all; what a single step needs is the step's to say. */
  requires?: readonly Feature[];
  /** What it takes of this machine, where its target is at this site. */
  needs(site: Site): Need[];
  /** What it works better with and does without; null where the kernel could not run it (`kernel`: the text of /proc/kallsyms). */
  offers?(site: Site, kernel?: string): Need | null;
  detect(at: Grounds): Promise<Detection>;
  /** What `detect` does through sudo, for who asked to be told before it is done (`kernel`: the text of /proc/kallsyms). */
  asks?(site: Site, kernel?: string): string[] | null;
  /** What else it takes of this machine, looked at before it is tried; what is `missing` is reason enough not to. */
  looks?(): Finding[];
  /** What its programs are called in a lab, as a learner types them, and what else steps may know of it. */
  names?(at: Naming): Tools[K];
  starts?(): Start[];
  /** Attached to a short-lived leaker, what it has to say. Without a trial it traces nothing, and needs no rights. */
  trial?: Trial;
  /** On a machine it looks for the libc of the machine, whatever the target has mapped. */
  libc?: 'system';
  /** Another tool that does its part, and is tried for it, wherever this one is not found. */
  standsIn?: ToolKind;
  /** Which of the two printed a transcript; null where nothing in it tells. */
  printedBy?(transcript: string): ToolKind | null;
  /** How its lines look that no other tool prints. */
  marks?: RegExp;
  /** What it prints of itself in runs that work, and that says nothing about them: the screen leaves it out, and says so. */
  harmless?: Harmless;
  /** Incremental: what it yields for a prefix of the bytes stays true for the whole. Never throws. */
  read(bytes: AsyncIterable<Uint8Array | string>): AsyncIterable<Evidence>;
}
