import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Access } from '../../../runner/environments/kube/kubectl.ts';
import { type Machine, machine } from '../../commands/machine.ts';

export const access: Access = {
  kubeconfig: '/tmp/of-a-test.kubeconfig',
  namespace: 'memleak-demo',
  tools: 'memleak-tools',
};

/** A program of so many lines of sh, first on PATH until envs are unstubbed; `calls` are what it was asked. */
export function faked(program: string, lines: string, env: Record<string, string> = {}): Machine {
  const m = machine([], env);
  for (const [name, value] of Object.entries(m.env)) vi.stubEnv(name, value);
  writeFileSync(
    join(m.dir, program),
    `#!/bin/sh\nprintf '%s\\n' "$KUBECONFIG ${program} $*" >>"$FAKE_LOG"\n${lines}\n`,
    { mode: 0o755 },
  );
  return m;
}

/** A kubectl that prints this, whatever it is asked, and ends so. */
export const kubectl = (prints: string, code = 0): Machine =>
  faked('kubectl', `printf '%s' "$FAKE_PRINTS"; exit ${code}`, { FAKE_PRINTS: prints });

/** A pod's line as kubectl prints it for us: one that is scheduled and runs, with what is said of it changed. */
export function line(over: Partial<Record<(typeof FIELDS)[number], string>> = {}): string {
  const usual = {
    name: 'leaker-1',
    node: 'node-a',
    phase: 'Running',
    ready: 'true',
    containerId: 'containerd://0a1b',
    restarts: '0',
  };
  return `${FIELDS.map((f) => ({ ...usual, ...over })[f as keyof typeof usual] ?? '').join('|')}\n`;
}
const FIELDS = [
  'name',
  'node',
  'phase',
  'deleted',
  'ready',
  'containerId',
  'restarts',
  'waiting',
  'ended',
  'last',
  'unschedulable',
  'message',
] as const;
