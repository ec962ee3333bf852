import { release } from 'node:os';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { WorkshopError } from '../../errors.ts';
import type { Evidence } from '../../evidence/model.ts';
import { callSite } from '../../evidence/site.ts';
import { cacheDir, root } from '../../paths.ts';
import type { ToolKind } from '../../tools/axis.ts';
import { tools } from '../../tools/index.ts';
import type { Finding, Lab, LabSpec, Preflight } from '../axis.ts';
import { features, finding } from './features.ts';
import { headers, merge } from './headers.ts';
import { hostPlace } from './place.ts';

/** How long the probe of the functional test may take to bring the expected symbol back, ms. */
const PATIENCE_MS = 15_000;

/** Attaches the tool to a short-lived leaker and requires the expected symbol back; looks at features only to explain. */
export async function preflight(kind: ToolKind, up: (spec: LabSpec) => Promise<Lab>, how: 'remembered' | 'anew', signal?: AbortSignal): Promise<Preflight> {
  const detection = await tools[kind].detect(hostPlace);
  if (!detection.found) {
    return { ok: false, tool: kind, version: null, findings: [finding(kind, 'missing', detection.missing), ...(await features())] };
  }
  const version = detection.version;
  if (kind === 'system') return { ok: true, tool: kind, version, findings: [] };
  const found = finding(kind, 'ok', `${detection.path} ${version ?? ''}`.trim());
  const look = [...(await features()), ...(kind === 'bcc' ? [headersFinding()] : [])];
  const stands = (ok: boolean, ...seen: Finding[]): Preflight => ({ ok, tool: kind, version, findings: [found, ...seen, ...look] });
  const privilege = look.find((f) => f.id === 'privilege') as Finding;
  if (privilege.state !== 'ok') return stands(privilege.state === 'note');
  if (look.some((f) => f.id === 'headers' && f.state === 'missing')) return stands(false);

  const key = `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${release()} ${detection.path} ${statSync(detection.path).mtimeMs} ${version} ${privilege.seen}`;
  if (how === 'remembered' && remembered(kind) === key) return stands(true, finding('functional', 'ok', 'memory_leak_thread'));
  const seen = await functional(kind, up, signal);
  if (seen.ok) remember(kind, key);
  return stands(seen.ok, finding('functional', seen.ok ? 'ok' : 'wrong', seen.text));
}

/** Headers that BCC can compile with; two halves are made one here, so that no tracing command has to wait for it. */
function headersFinding(): Finding {
  if (process.env.WORKSHOP_BCC) return finding('headers', 'ok', process.env.WORKSHOP_BCC);
  const found = headers();
  try {
    merge(found);
  } catch (error) {
    throw new WorkshopError('session.disk', { detail: (error as Error).message, dir: cacheDir() });
  }
  if (found.state === 'none') return finding('headers', 'missing', release());
  return finding('headers', 'ok', found.state === 'merged' ? found.dir : `/lib/modules/${release()}`);
}

/** How a tool is tried: on which variant, with which command, and whether it named the function that asks for memory. */
const TRIALS: Record<Exclude<ToolKind, 'system'>, { variant: string; argv(lab: Lab): string[]; named(evidence: Evidence, expected: string): boolean }> = {
  bpftrace: {
    variant: 'leaker',
    argv: ({ target: { pid, libc } }) => tools.bpftrace.plan({ script: join(root, 'bpf/malloc-stacks.bt'), args: [String(pid), libc, '10000'], pid }),
    named: (e, expected) => e.kind === 'allocation' && callSite(e.stack ?? []) === expected,
  },
  bcc: {
    // Some versions lose the caller of what goes through mmap: that is a lesson, and no fault of this machine.
    variant: 'below-threshold',
    argv: ({ target: { pid }, place }) => [place.called('memleak-bpfcc'), '-p', String(pid), '1', '10'],
    named: (e, expected) => e.kind === 'snapshot' && e.sites.some((site) => callSite(site.stack) === expected),
  },
};

async function functional(kind: Exclude<ToolKind, 'system'>, up: (spec: LabSpec) => Promise<Lab>, signal?: AbortSignal): Promise<{ ok: boolean; text: string }> {
  const trial = TRIALS[kind];
  const lab = await up({ workload: 'stealth-leaker', variant: trial.variant, pace: 'fast', lifetime: 'session' });
  try {
    const running = lab.place.exec(trial.argv(lab), { elevated: true, timeoutMs: PATIENCE_MS, ...(signal ? { signal } : {}) });
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

const memory = (kind: ToolKind) => join(cacheDir(), `preflight-${kind}`);

function remembered(kind: ToolKind): string | null {
  try {
    return readFileSync(memory(kind), 'utf8');
  } catch {
    return null;
  }
}

function remember(kind: ToolKind, key: string): void {
  try {
    mkdirSync(cacheDir(), { recursive: true });
    writeFileAtomic.sync(memory(kind), key);
  } catch {} // only a slower next start
}
