import { makeDirs } from '../disk.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Evidence } from '../evidence/model.ts';
import { finding, type Preflight } from '../model/finding.ts';
import type { ToolKind } from '../model/kinds.ts';
import type { Lab, LabSpec } from '../model/lab.ts';
import type { Detection, Grounds, Trial } from '../model/tool.ts';
import { cacheDir } from '../paths.ts';
import { namesIn, tools } from '../tools/index.ts';

/** How long the probe of the functional test may take to bring the expected symbol back, ms. */
const PATIENCE_MS = 15_000;

/** What is looked for when a tool is tried: the tool, or the one that stands in for it. */
export const detectFor = (tool: ToolKind, at: Grounds): Promise<Detection> =>
  tools[tools[tool].standsIn ?? tool].detect(at);

/** Which tool runs for which in an environment, by what its preflights have found. */
export interface Runners {
  /** Until a preflight has looked, what stands in for a tool does its part. */
  runs(tool: ToolKind): ToolKind;
  /** A tool that another one may stand in for is taken where it is found; the other one is tried, and named with the reason, elsewhere. */
  preflight(tool: ToolKind, grounds: () => Promise<Grounds>, tried: () => Promise<Preflight>): Promise<Preflight>;
}

export function runners(): Runners {
  const found = new Set<ToolKind>();
  return {
    runs: (tool) => (found.has(tool) ? tool : (tools[tool].standsIn ?? tool)),
    async preflight(tool, grounds, tried) {
      const other = tools[tool].standsIn;
      if (other === undefined) return tried();
      const itself = await tools[tool].detect(await grounds());
      if (itself.found) {
        found.add(tool);
        const { version } = itself;
        return { ok: true, tool, version, findings: [finding(tool, 'ok', version ?? itself.path)] };
      }
      found.delete(tool);
      const instead = finding(itself.why ?? tool, 'note', itself.missing);
      const { findings, ...preflight } = await tried();
      return { ...preflight, tool: other, findings: [instead, ...findings], instead };
    },
  };
}

/** Attaches the tool to a short-lived leaker and requires the expected symbol back. */
export async function functional(
  tool: ToolKind,
  trial: Trial,
  up: (spec: LabSpec) => Promise<Lab>,
  signal?: AbortSignal,
): Promise<{ ok: boolean; text: string }> {
  const lab = await up({ workload: 'stealth-leaker', variant: trial.variant, pace: 'fast', lifetime: 'session' });
  try {
    for (const feature of tools[tool].requires ?? []) await lab.require(feature);
    const { argv, elevated } = lab.typed(trial.argv(lab.target, namesIn(lab)), 'target');
    const running = lab.place.exec(argv, { elevated, timeoutMs: PATIENCE_MS, ...(signal ? { signal } : {}) });
    let last: Evidence | null = null;
    for await (const evidence of tools[tool].read(running.output)) {
      last = evidence;
      if (trial.named(evidence, lab.truth.function)) {
        await running.stop();
        return { ok: true, text: lab.truth.function };
      }
    }
    await running.ended;
    return { ok: false, text: last?.kind === 'notice' ? last.detail : (last?.kind ?? '') };
  } finally {
    await lab.down();
  }
}

const memory = (of: string) => join(cacheDir(), `preflight-${of}`);

export function remembered(of: string): string | null {
  try {
    return readFileSync(memory(of), 'utf8');
  } catch {
    return null;
  }
}

export function remember(of: string, key: string): void {
  try {
    makeDirs(cacheDir());
    writeFileAtomic.sync(memory(of), key);
  } catch {} // only a slower next start
}
