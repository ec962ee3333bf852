import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import status from '../../runner/commands/status.ts';
import { kubeLabs } from '../../runner/environments/kube/record.ts';
import { thisProcess } from '../../runner/process.ts';
import { cluster } from '../environments/kube/cluster.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** What `status --env ENV` prints of labs. */
async function printed(env: 'host' | 'kind' | 'cluster', json: boolean): Promise<string> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  await status.run({ lang: 'en', json, env } as Parameters<typeof status.run>[0]);
  vi.restoreAllMocks();
  return out;
}

describe('status', () => {
  it.each(['host', 'kind', 'cluster'] as const)('shows a lab in kind, whatever --env says: %s', async (env) => {
    const c = cluster();
    expect(await printed(env, false)).not.toContain('is up');
    expect(c.calls()).toEqual([]);
    kubeLabs('kind').create({
      version: 1,
      id: 'leaker-0a1b',
      environment: 'kind',
      workload: 'stealth-leaker',
      variant: 'leaker',
      pace: 'fast',
      lifetime: 'until-down',
      owner: thisProcess(),
      startedAt: 1,
      kubeconfig: join(c.dir, 'kubeconfig'),
      namespace: 'memleak-demo',
      tools: 'memleak-tools',
      deployment: 'leaker',
      began: { pod: 'leaker-1', containerId: 'containerd://0a1b' },
    });
    expect(await printed(env, false)).toContain('Lab leaker-0a1b is up: pod leaker-1 in namespace memleak-demo');
    expect(JSON.parse(await printed(env, true)).labs).toMatchObject([{ id: 'leaker-0a1b', environment: 'kind' }]);
  });
});
