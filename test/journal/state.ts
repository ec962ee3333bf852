import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';

let dir = '';
/** Each test of the file that imports this has a state folder of its own, which is gone afterwards. */
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-state-'));
  vi.stubEnv('XDG_STATE_HOME', dir);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
  rmSync(dir, { recursive: true, force: true });
});

export const state = (name = ''): string => join(dir, 'ebpf-workshop', name);

export function put(name: string, text: string): string {
  mkdirSync(dirname(state(name)), { recursive: true });
  writeFileSync(state(name), text);
  return state(name);
}

/** Names in a folder of the state; none where it is not there. */
export function names(of = ''): string[] {
  try {
    return readdirSync(state(of)).sort();
  } catch {
    return [];
  }
}

/** A state folder that cannot be: whatever is written there fails as on a disk that takes nothing. */
export function noDisk(): void {
  writeFileSync(join(dir, 'file'), '');
  vi.stubEnv('XDG_STATE_HOME', join(dir, 'file'));
}
