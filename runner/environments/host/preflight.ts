import { readFileSync, statSync } from 'node:fs';
import { release } from 'node:os';
import { WorkshopError } from '../../errors.ts';
import { type Finding, finding, type Preflight } from '../../model/finding.ts';
import type { ToolKind } from '../../model/kinds.ts';
import type { Lab, LabSpec } from '../../model/lab.ts';
import type { Grounds } from '../../model/tool.ts';
import { tools } from '../../tools/index.ts';
import { hostPlace } from '../local/place.ts';
import { detectFor, functional, remember, remembered } from '../try-tool.ts';
import { features } from './features.ts';

export const GROUNDS: Grounds = { site: 'machine', here: hostPlace, node: hostPlace };

/** Attaches the tool to a short-lived leaker and requires the expected symbol back; looks at features only to explain. */
export async function tried(
  kind: ToolKind,
  up: (spec: LabSpec) => Promise<Lab>,
  how: 'remembered' | 'anew',
  signal?: AbortSignal,
): Promise<Preflight> {
  const { trial, looks } = tools[kind];
  const cannot = async (why: Finding): Promise<Preflight> => ({
    ok: false,
    tool: kind,
    version: null,
    findings: [why, ...(await features())],
  });
  const detection = await detectFor(kind, GROUNDS).catch((error: unknown) => {
    if (error instanceof WorkshopError && error.errorName === 'tool.build-failed') return error;
    throw error;
  });
  if (detection instanceof WorkshopError) return cannot(finding(kind, 'wrong', detection.values.detail ?? ''));
  if (!detection.found) return cannot(finding(kind, 'missing', detection.missing));
  const { path, version } = detection;
  if (!trial) return { ok: true, tool: kind, version, findings: [] };
  const look = await features();
  const own = looks?.() ?? [];
  const stands = (ok: boolean, ...seen: Finding[]): Preflight => ({
    ok,
    tool: kind,
    version,
    findings: [finding(kind, 'ok', `${path} ${version ?? ''}`.trim()), ...seen, ...look, ...own],
  });
  const privilege = look.find((f) => f.id.startsWith('privilege')) as Finding;
  if (privilege.state !== 'ok') return stands(privilege.state === 'note');
  if (own.some((f) => f.state === 'missing')) return stands(false);

  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const key = `${boot} ${release()} ${path} ${statSync(path).mtimeMs} ${version} ${privilege.seen}`;
  if (how === 'remembered' && remembered(kind) === key)
    return stands(true, finding('functional', 'ok', 'memory_leak_thread'));
  const seen = await functional(kind, trial, up, signal);
  if (seen.ok) remember(kind, key);
  return stands(seen.ok, finding('functional', seen.ok ? 'ok' : 'wrong', seen.text));
}
