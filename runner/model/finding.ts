import type { ToolKind } from './kinds.ts';

/** One thing looked at. `fix` is the one command that mends it, as argv, with `elevated` when it needs root. */
export interface Finding {
  id: string;
  state: 'ok' | 'missing' | 'wrong' | 'note';
  seen: string;
  fix: { argv: string[]; elevated: boolean } | null;
}

export const finding = (id: string, state: Finding['state'], seen: string, fix: Finding['fix'] = null): Finding => ({
  id,
  state,
  seen,
  fix,
});

/** What stands between a tool and its work here. */
export interface Preflight {
  ok: boolean;
  /** What runs: the tool that was asked for, or the one that stands in for it. */
  tool: ToolKind;
  version: string | null;
  findings: Finding[];
  /** Why it is not the tool that was asked for. */
  instead?: Finding;
}
