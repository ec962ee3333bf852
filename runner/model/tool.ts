import type { Evidence } from '../evidence/model.ts';
import type { Feature } from './lab.ts';
import type { PackageManager } from './need.ts';
import type { Place } from './place.ts';

/** What observes, by kind: `tools/NAME/` for each. */
export type ToolKind = 'system' | 'bpftrace' | 'bcc' | 'loader' | 'gadget';

/** A tool as found in a place. `version` is as the tool prints it, without a leading v; null where it has none. */
export type Detection =
  | { found: true; path: string; version: string | null }
  | { found: false; missing: string; packages: Record<PackageManager, string[]> };

/** What a tool is asked: which script or program, with which arguments, for which process. */
export interface Question {
  /** A file of ours under bpf/, or the learner's copy. */
  script: string;
  /** The script's own arguments, in its order. */
  args: string[];
  /** Slows no other process down: the tool attaches to this one only. */
  pid: number | null;
  /** Machine-readable output where the tool has it. */
  json?: boolean;
}

/** One tool. `read` is incremental: what it yields for a prefix of the bytes stays true for the whole. */
export interface Tool {
  kind: ToolKind;
  /** Without which some version of it does nothing at all; what a single step needs is the step's to say. */
  requires?: readonly Feature[];
  detect(place: Place): Promise<Detection>;
  plan(question: Question): string[];
  read(bytes: AsyncIterable<Uint8Array | string>): AsyncIterable<Evidence>;
}
