import type { ToolKind, ToolNames } from '../model/kinds.ts';
import type { Lab } from '../model/lab.ts';
import type { Naming, Start, Tool } from '../model/tool.ts';
import { bcc } from './bcc/index.ts';
import { bpftrace } from './bpftrace/index.ts';
import { gadget } from './gadget/index.ts';
import { memleak } from './memleak/index.ts';
import { system } from './system/index.ts';
import { together } from './together.ts';

/** Every tool there is, by kind; `doctor` tries those that trace, in this order. */
export const tools: Record<ToolKind, Tool> = { system, bpftrace, bcc, memleak, gadget, together };

export const TOOLS = Object.keys(tools) as ToolKind[];

/** What all their programs are called in a lab, or in a manual. */
export const namesAt = (at: Naming): ToolNames =>
  Object.assign({}, ...TOOLS.map((kind) => tools[kind].names?.(at))) as ToolNames;

/** What they are called in this lab. */
export const namesIn = (lab: Lab): ToolNames =>
  namesAt({ site: lab.target.kube ? 'cluster' : 'machine', manual: false, runs: (tool) => lab.runs(tool) });

/** Whose lines these are; null where none is anybody's. Of two that say the same, the one with more of them. */
export function printedBy(lines: readonly string[]): ToolKind | null {
  const scores = TOOLS.map((kind) => ({ kind, score: lines.filter((line) => tools[kind].marks?.test(line)).length }));
  const best = scores.reduce((a, b) => (b.score > a.score ? b : a));
  return best.score > 0 ? best.kind : null;
}

/** How all their programs are started on this machine: what is meant by its path goes before what is meant by its name. */
export function starts(): Start[] {
  const all = TOOLS.flatMap((kind) => tools[kind].starts?.() ?? []);
  const isPath = ({ program }: Start) => program.includes('/');
  return [...all.filter(isPath), ...all.filter((start) => !isPath(start))];
}
