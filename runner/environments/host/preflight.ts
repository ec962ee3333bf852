import { release } from 'node:os';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Evidence } from '../../evidence/model.ts';
import { callSite } from '../../evidence/site.ts';
import { cacheDir, root } from '../../paths.ts';
import type { ToolKind } from '../../tools/axis.ts';
import { tools } from '../../tools/index.ts';
import type { Finding, Lab, LabSpec, Preflight } from '../axis.ts';
import { features, finding } from './features.ts';
import { hostPlace } from './place.ts';

/** How long the probe of the functional test may take to bring the expected symbol back, ms. */
const PATIENCE_MS = 15_000;

/** Attaches the tool to a short-lived leaker and requires the expected symbol back; looks at features only to explain. */
export async function preflight(kind: ToolKind, up: (spec: LabSpec) => Promise<Lab>, signal?: AbortSignal): Promise<Preflight> {
  const detection = await tools[kind].detect(hostPlace);
  if (!detection.found) {
    return { ok: false, tool: kind, version: null, findings: [finding(kind, 'missing', detection.missing), ...(await features())] };
  }
  const version = detection.version;
  if (kind === 'system') return { ok: true, tool: kind, version, findings: [] };
  const found = finding(kind, 'ok', `${detection.path} ${version ?? ''}`.trim());
  const look = await features();
  const privilege = look.find((f) => f.id === 'privilege') as Finding;
  if (privilege.state !== 'ok') return { ok: privilege.state === 'note', tool: kind, version, findings: [found, ...look] };

  const key = `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${release()} ${detection.path} ${statSync(detection.path).mtimeMs} ${privilege.seen}`;
  if (remembered(kind) === key) return { ok: true, tool: kind, version, findings: [found, finding('functional', 'ok', 'memory_leak_thread'), ...look] };
  const seen = await functional(up, signal);
  if (seen.ok) remember(kind, key);
  return { ok: seen.ok, tool: kind, version, findings: [found, finding('functional', seen.ok ? 'ok' : 'wrong', seen.text), ...look] };
}

async function functional(up: (spec: LabSpec) => Promise<Lab>, signal?: AbortSignal): Promise<{ ok: boolean; text: string }> {
  const lab = await up({ workload: 'stealth-leaker', variant: 'leaker', pace: 'fast', lifetime: 'session' });
  try {
    const argv = tools.bpftrace.plan({ script: join(root, 'bpf/malloc-stacks.bt'), args: [String(lab.target.pid), lab.target.libc, '10000'], pid: lab.target.pid });
    const running = lab.place.exec(argv, { elevated: true, timeoutMs: PATIENCE_MS, ...(signal ? { signal } : {}) });
    let last: Evidence | null = null;
    for await (const evidence of tools.bpftrace.read(running.output)) {
      last = evidence;
      if (evidence.kind === 'allocation' && callSite(evidence.stack ?? []) === lab.truth.function) {
        await running.stop();
        return { ok: true, text: lab.truth.function };
      }
    }
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
