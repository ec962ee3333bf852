import { release } from 'node:os';
import { readFileSync, statSync } from 'node:fs';
import { WorkshopError } from '../../errors.ts';
import { cacheDir } from '../../paths.ts';
import type { ToolKind } from '../../model/tool.ts';
import { tools } from '../../tools/index.ts';
import type { Finding, Preflight } from '../../model/environment.ts';
import type { Lab, LabSpec } from '../../model/lab.ts';
import { functional, gadgetOr, remember, remembered } from '../try-tool.ts';
import { features, finding } from './features.ts';
import { headers, merge } from '../../tools/bcc/headers.ts';
import { hostPlace } from './place.ts';

/** Attaches the tool to a short-lived leaker and requires the expected symbol back; looks at features only to explain. */
export async function preflight(
  kind: ToolKind,
  up: (spec: LabSpec) => Promise<Lab>,
  how: 'remembered' | 'anew',
  signal?: AbortSignal,
): Promise<Preflight> {
  return kind === 'gadget' ? gadgetOr('host', {}, () => tried(kind, up, how, signal)) : tried(kind, up, how, signal);
}

async function tried(
  kind: ToolKind,
  up: (spec: LabSpec) => Promise<Lab>,
  how: 'remembered' | 'anew',
  signal?: AbortSignal,
): Promise<Preflight> {
  const detection = await tools[kind].detect(hostPlace).catch((error: unknown) => {
    if (error instanceof WorkshopError && error.errorName === 'tool.build-failed') return error;
    throw error;
  });
  if (detection instanceof WorkshopError) {
    return {
      ok: false,
      tool: kind,
      version: null,
      findings: [finding(kind, 'wrong', detection.values.detail ?? ''), ...(await features())],
    };
  }
  if (!detection.found) {
    return {
      ok: false,
      tool: kind,
      version: null,
      findings: [finding(kind, 'missing', detection.missing), ...(await features())],
    };
  }
  const version = detection.version;
  if (kind === 'system') return { ok: true, tool: kind, version, findings: [] };
  const found = finding(kind, 'ok', `${detection.path} ${version ?? ''}`.trim());
  const look = [...(await features()), ...(kind === 'bcc' ? [headersFinding()] : [])];
  const stands = (ok: boolean, ...seen: Finding[]): Preflight => ({
    ok,
    tool: kind,
    version,
    findings: [found, ...seen, ...look],
  });
  const privilege = look.find((f) => f.id === 'privilege') as Finding;
  if (privilege.state !== 'ok') return stands(privilege.state === 'note');
  if (look.some((f) => f.id === 'headers' && f.state === 'missing')) return stands(false);

  const key = `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${release()} ${detection.path} ${statSync(detection.path).mtimeMs} ${version} ${privilege.seen}`;
  if (how === 'remembered' && remembered(kind) === key)
    return stands(true, finding('functional', 'ok', 'memory_leak_thread'));
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
