import { WorkshopError } from '../errors.ts';
import type { Environment } from '../model/environment.ts';
import type { ToolKind } from '../model/kinds.ts';
import { ready } from './ready.ts';

export interface Readied {
  /** What runs for a tool: another may stand in for it. */
  by: Partial<Record<ToolKind, ToolKind>>;
  versions: Partial<Record<ToolKind, string | null>>;
  /** Tools that do not work here, and why. */
  lacking: Map<ToolKind, WorkshopError>;
}

/** Makes tools ready, one after another. One that can't be had is told; where nothing could be traced at all, it throws. */
export async function readyAll(
  environment: Environment,
  tools: Iterable<ToolKind>,
  asked: Parameters<typeof ready>[2],
): Promise<Readied> {
  const all: Readied = { by: {}, versions: {}, lacking: new Map() };
  for (const tool of tools) {
    try {
      const { tool: runs, version } = await ready(environment, tool, asked);
      all.by[tool] = runs;
      all.versions[tool] = version;
    } catch (error) {
      if (!(error instanceof WorkshopError) || !/^(tool|install)\./.test(error.errorName)) throw error;
      all.lacking.set(tool, error);
    }
  }
  return all;
}
