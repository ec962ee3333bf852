import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Stage } from '../../../runner/model/environment.ts';
import { install } from '../../../runner/environments/kube/install.ts';
import { staged } from '../../../runner/environments/stages.ts';
import { access, faked, line } from './faked.ts';

afterEach(() => vi.unstubAllEnvs());

/** Installs where the rollout ends so and the watch prints this, then ends so or stays. */
async function installing({
  rollout,
  watch = '',
  after = 'exec sleep 60',
  apply = 'cat >"$FAKE_BIN/applied"',
  pods = line({ name: 'toolbox-x' }),
}: {
  rollout: string;
  watch?: string;
  after?: string;
  apply?: string;
  pods?: string;
}) {
  const m = faked(
    'kubectl',
    `case "$*" in *" get pods "*"range "*) printf '%s' "$FAKE_PODS" ;; "apply "*) ${apply} ;; *" rollout "*) ${rollout} ;; *" --watch "*) printf '%s' "$FAKE_WATCH"; ${after} ;; esac`,
    { FAKE_WATCH: watch, FAKE_PODS: pods },
  );
  const stages: Stage[] = [];
  const error = await install(
    access,
    'toolbox:1',
    staged((s) => stages.push(s)),
    undefined,
    'workers',
  ).then(
    () => null,
    (e) => e,
  );
  return { error, m, stages: stages.map((s) => `${s.id} ${s.state}`) };
}
const stuck = (waiting: string, message = '') => line({ name: 'toolbox-x', ready: 'false', waiting, message });

describe('installing the toolbox', () => {
  it('applies both namespaces and the tools, and waits until they are there', async () => {
    const { error, m, stages } = await installing({ rollout: 'echo rolled out' });
    expect([error, stages]).toEqual([null, ['toolbox began', 'toolbox done']]);
    const { items } = JSON.parse(readFileSync(join(m.dir, 'applied'), 'utf8')) as {
      items: { kind: string; metadata: { name: string } }[];
    };
    expect(items.map((i) => `${i.kind} ${i.metadata.name}`)).toEqual([
      'Namespace memleak-demo',
      'Namespace memleak-tools',
      'DaemonSet toolbox',
    ]);
    expect(m.calls().some((c) => c.includes(' -n memleak-tools rollout status daemonset/toolbox '))).toBe(true);
  });
  it.each([
    ['has no image', stuck('ImagePullBackOff', 'not found: toolbox:1'), 'kube.no-image', 'not found: toolbox:1'],
    ['has no image, and no word of it', stuck('ErrImagePull'), 'kube.no-image', 'ErrImagePull'],
    ['crashes', stuck('CrashLoopBackOff', 'back-off 10s'), 'lab.start-failed', 'CrashLoopBackOff: back-off 10s'],
  ])('does not wait for one that %s', async (_, watch, errorName, detail) => {
    const { error, stages } = await installing({ rollout: 'exec sleep 60', watch: stuck('ContainerCreating') + watch });
    expect(error).toMatchObject({ errorName, exit: 4, values: { detail } });
    expect(stages).toEqual(['toolbox began']);
  });
  it('waits on, whatever becomes of one that is going', async () => {
    const { error } = await installing({
      rollout: 'sleep 0.3',
      watch: line({ deleted: 'now', waiting: 'CrashLoopBackOff' }),
    });
    expect(error).toBeNull();
  });
  it('that is rolled out to no node is an error: there is no worker', async () => {
    expect((await installing({ rollout: 'echo successfully rolled out', pods: '' })).error).toMatchObject({
      errorName: 'kube.no-worker',
      exit: 4,
      values: { namespace: 'memleak-tools' },
    });
  });
  it('that is refused is an error', async () => {
    expect(
      (
        await installing({
          rollout: '',
          apply: 'echo "Error from server (Forbidden): namespaces is forbidden"; exit 1',
        })
      ).error,
    ).toMatchObject({ errorName: 'kube.forbidden' });
    expect(
      (await installing({ rollout: 'echo "error: timed out waiting for the condition"; exit 1' })).error,
    ).toMatchObject({ errorName: 'kube.failed' });
  });
  it('is not done because its pods cannot be watched', async () => {
    const { error } = await installing({
      rollout: 'sleep 0.5; echo "error: timed out waiting for the condition"; exit 1',
      after: 'exit 1',
    });
    expect(error).toMatchObject({ errorName: 'kube.failed' });
  });
});
