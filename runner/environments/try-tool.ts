import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Evidence } from '../evidence/model.ts';
import { callSite } from '../evidence/site.ts';
import { cacheDir, root } from '../paths.ts';
import type { ToolKind } from '../model/tool.ts';
import { tools } from '../tools/index.ts';
import { inspektor, remember as note } from '../tools/gadget/inspektor.ts';
import type { Preflight } from '../model/environment.ts';
import type { EnvironmentKind, Lab, LabSpec } from '../model/lab.ts';

/** How long the probe of the functional test may take to bring the expected symbol back, ms. */
const PATIENCE_MS = 15_000;

/** How a tool is tried: on which variant, with which command, and whether it named the function that asks for memory. */
const TRIALS: Record<
  Exclude<ToolKind, 'system'>,
  { variant: string; argv(lab: Lab): string[]; named(evidence: Evidence, expected: string): boolean }
> = {
  bpftrace: {
    variant: 'leaker',
    argv: ({ target: { pid, libc } }) => [
      'bpftrace',
      '-p',
      String(pid),
      '-e',
      readFileSync(join(root, 'bpf/malloc-stacks.bt'), 'utf8'),
      String(pid),
      libc,
      '10000',
    ],
    named: (e, expected) => e.kind === 'allocation' && callSite(e.stack ?? []) === expected,
  },
  bcc: {
    // Some versions lose the caller of what goes through mmap: that is a lesson, and no fault of this machine.
    variant: 'below-threshold',
    argv: ({ target: { pid }, place }) => [place.called('memleak-bpfcc'), '-p', String(pid), '1', '10'],
    named: (e, expected) => e.kind === 'snapshot' && e.sites.some((site) => callSite(site.stack) === expected),
  },
  gadget: {
    variant: 'leaker',
    argv: ({ target: { pid }, place }) => [
      place.called('memleak'),
      '-p',
      String(pid),
      '--gadget',
      '-i',
      '0.4',
      '-d',
      '10',
    ],
    named: (e, expected) => e.kind === 'snapshot' && e.sites.some((site) => callSite(site.stack) === expected),
  },
  loader: {
    variant: 'leaker',
    // As JSON a list is whole with its line.
    argv: ({ target: { pid }, place }) => [
      place.called('memleak'),
      '-p',
      String(pid),
      '--json',
      '-i',
      '0.4',
      '-d',
      '10',
    ],
    named: (e, expected) => e.kind === 'snapshot' && e.sites.some((site) => callSite(site.stack) === expected),
  },
};

/** Inspektor Gadget where it runs; otherwise our own loader, named as that, with the reason why it is not Inspektor Gadget. */
export async function gadgetOr(
  kind: EnvironmentKind,
  env: Record<string, string>,
  loader: () => Promise<Preflight>,
  kernel?: string,
): Promise<Preflight> {
  const found = await inspektor(kind, env, kernel);
  note(kind, found);
  if (found.runs)
    return {
      ok: true,
      tool: 'gadget',
      version: found.version,
      findings: [{ id: 'inspektor', state: 'ok', seen: found.version, fix: null }],
    };
  const instead = await loader();
  return {
    ...instead,
    tool: 'loader',
    findings: [{ id: `inspektor-${found.why}`, state: 'note', seen: found.detail, fix: null }, ...instead.findings],
  };
}

/** Attaches the tool to a short-lived leaker and requires the expected symbol back. */
export async function functional(
  kind: Exclude<ToolKind, 'system'>,
  up: (spec: LabSpec) => Promise<Lab>,
  signal?: AbortSignal,
): Promise<{ ok: boolean; text: string }> {
  const trial = TRIALS[kind];
  const lab = await up({ workload: 'stealth-leaker', variant: trial.variant, pace: 'fast', lifetime: 'session' });
  try {
    for (const feature of tools[kind].requires ?? []) await lab.require(feature);
    const { argv, elevated } = lab.typed(trial.argv(lab), 'target');
    const running = lab.place.exec(argv, { elevated, timeoutMs: PATIENCE_MS, ...(signal ? { signal } : {}) });
    let last: Evidence | null = null;
    for await (const evidence of tools[kind].read(running.output)) {
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

const memory = (kind: string) => join(cacheDir(), `preflight-${kind}`);

export function remembered(kind: string): string | null {
  try {
    return readFileSync(memory(kind), 'utf8');
  } catch {
    return null;
  }
}

export function remember(kind: string, key: string): void {
  try {
    mkdirSync(cacheDir(), { recursive: true });
    writeFileAtomic.sync(memory(kind), key);
  } catch {} // only a slower next start
}
