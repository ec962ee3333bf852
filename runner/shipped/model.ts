// Leaks that a distribution shipped, and its maintainers have mended: what one is. Nobody here wrote the programs, only what
// they are asked to do.
import type { Archive } from '../install/debian.ts';

/** How a program was compiled: with frame pointers, as Debian compiles it, or by Debian itself, names taken out. */
export const BUILDS = ['frames', 'plain', 'shipped'] as const;
export type Build = (typeof BUILDS)[number];

/** As it was before the fix, and as it is with it. */
export const HALVES = ['leak', 'twin'] as const;
export type Half = (typeof HALVES)[number];

/** From a source package: as it is it is the twin, with the maintainers' own patch taken back the leak. */
export interface FromSource {
  from: 'source';
  package: string;
  /** Files of debian/patches, in the order in which they were applied. */
  reversed: readonly string[];
  /** Binary packages that it is built with, beside what a C compiler brings. */
  with?: readonly string[];
  /** What is run in the tree, both times; `packages` is where those it is built with were unpacked. */
  make(build: { cflags: string; packages: string }): readonly (readonly string[])[];
  /** What of the tree is kept. */
  keeps: readonly string[];
}

/** From binary packages that the archive still serves: before the fix, and with it. */
export interface FromBinaries {
  from: 'binaries';
  packages: Record<Half, readonly string[]>;
  /** What is compiled against them, in the folder in which they lie. */
  make?(build: { cflags: string }): readonly (readonly string[])[];
}

export type Origin = FromSource | FromBinaries;

/** A running program, asked for something that it forgets and for what it gives back. */
export interface Service {
  pid: number;
  /** How often it was asked so far. */
  counts(): Asked;
  /** Ends it, and all that was started for it. */
  end(): Promise<void>;
}

export interface Asked {
  good: number;
  bad: number;
}

/** What a run is given: how often, and how much is lost each time where the one who asks can choose. */
export interface Load {
  /** Requests a second, good and bad. */
  perSecond: number;
  /** One request in so many is bad. */
  oneIn: number;
}

export interface ShippedLeak {
  name: string;
  /** The program with its version, for people. */
  program: string;
  /** What mends it: a patch of the maintainers, by its file. */
  fix: string;
  /** What asks for the block that is lost: on the stack of each, though it may ask by way of others. */
  function: string;
  /** Those others, from the allocation outwards: all that a walk of the stack finds where there are no frame pointers. */
  through: readonly string[];
  /** Of the block that is lost, or all of them, for each bad request. */
  bytesPerBad: number;
  builds: Partial<Record<Build, Origin>>;
  /** Begins it, and its load. `dir` is where the half lies, `scratch` a folder for what it writes. */
  start(at: { dir: string; build: Build; scratch: string }, load: Load, signal?: AbortSignal): Promise<Service>;
}

/** What is true of a run, whatever a tool says of it. */
export interface Truth {
  leaks: boolean;
  function: string;
  through: readonly string[];
  /** Of the blocks of that size that the functions hand out, those that are lost, 0 to 1. */
  share: number;
  bytesPerBad: number;
  /** What is lost at the pace that was asked for; 0 of the twin. */
  bytesPerSecond: number;
}

export type { Archive };
