import { afterEach, describe, expect, it, vi } from 'vitest';
import { podReady } from '../../../runner/environments/kube/ready.ts';
import { access, faked, kubectl, line } from './faked.ts';

afterEach(() => vi.unstubAllEnvs());

const why = (...lines: string[]) => {
  kubectl(lines.join(''));
  return podReady(access, 'stealth-memory-leaker').then(
    () => null,
    (error) => error,
  );
};
const waits = (waiting: string, message = '') => line({ phase: 'Pending', ready: 'false', waiting, message });

describe('a pod that gets ready', () => {
  it('is waited for, and is that of the deployment', async () => {
    const m = kubectl(
      [
        line({ node: '', phase: 'Pending', ready: 'false' }),
        waits('ContainerCreating'),
        line({ ready: 'false' }),
        line({}),
        line({ name: 'later' }),
      ].join(''),
    );
    expect(await podReady(access, 'stealth-memory-leaker')).toMatchObject({
      name: 'leaker-1',
      phase: 'Running',
      ready: true,
      containerId: 'containerd://0a1b',
    });
    expect(m.calls()).toEqual([
      expect.stringContaining(' -n memleak-demo get pods -l app.kubernetes.io/instance=stealth-memory-leaker --watch '),
    ]);
  });
  it('may have had no node at first', async () => {
    kubectl(
      [
        line({ node: '', phase: 'Pending', ready: 'false', unschedulable: '0/1 nodes are available' }),
        waits('ContainerCreating'),
        line({}),
      ].join(''),
    );
    expect(await podReady(access, 'stealth-memory-leaker')).toMatchObject({ ready: true, unschedulable: '' });
  });
});

describe('a pod that does not get ready', () => {
  it.each(['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName'])(
    'because of %s has no image, in the kubelet’s words',
    async (reason) => {
      expect(
        await why(waits('ContainerCreating'), waits(reason, 'Back-off pulling image "a|b"'), line({})),
      ).toMatchObject({ errorName: 'kube.no-image', exit: 4, values: { detail: 'Back-off pulling image "a|b"' } });
      expect(await why(waits(reason))).toMatchObject({ errorName: 'kube.no-image', values: { detail: reason } });
    },
  );
  it('because no node takes it', async () => {
    const unschedulable = '0/3 nodes are available: 3 Insufficient memory.';
    expect(
      await why(line({ node: '', phase: 'Pending', ready: 'false', containerId: '', unschedulable })),
    ).toMatchObject({ errorName: 'kube.no-node', exit: 4, values: { detail: unschedulable } });
  });
  it.each(['CrashLoopBackOff', 'CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'])(
    'because of %s does not start',
    async (reason) => {
      expect(await why(waits(reason, 'runc says no'), line({}))).toMatchObject({
        errorName: 'lab.start-failed',
        exit: 4,
        values: { detail: `${reason}: runc says no` },
      });
    },
  );
  it.each([
    [{ ended: 'Error' }, 'Error'],
    [{ last: 'OOMKilled' }, 'OOMKilled'],
    [{ last: 'Error', waiting: 'CrashLoopBackOff', message: 'back-off 10s' }, 'Error: back-off 10s'],
  ])('because its service ended: %j', async (over, detail) => {
    expect(await why(line({ ready: 'false', ...over }), line({}))).toMatchObject({
      errorName: 'lab.start-failed',
      values: { detail },
    });
  });
  it('in time, and is where it got to', async () => {
    expect(await why(line({ ready: 'false' }))).toMatchObject({
      errorName: 'lab.start-failed',
      values: { detail: 'Running' },
    });
  });
});

it('a deployment whose pod is forbidden says what forbids it', async () => {
  const m = faked(
    'kubectl',
    'case "$*" in *--watch*) ;; *) echo "pods \\"leaker-1\\" is forbidden: exceeded quota" ;; esac',
  );
  await expect(podReady(access, 'stealth-memory-leaker')).rejects.toMatchObject({
    errorName: 'lab.start-failed',
    values: { detail: 'pods "leaker-1" is forbidden: exceeded quota' },
  });
  expect(m.calls()[1]).toContain(
    ' -n memleak-demo get deployment stealth-memory-leaker -o jsonpath={.status.conditions[?(@.type=="ReplicaFailure")].message}',
  );
});

it('an interrupt is no reason', async () => {
  faked('kubectl', `printf '%s' "$FAKE_PRINTS"; exec sleep 60`, { FAKE_PRINTS: line({ ready: 'false' }) });
  const interrupt = new AbortController();
  const waiting = podReady(access, 'stealth-memory-leaker', interrupt.signal);
  interrupt.abort(new Error('interrupted'));
  await expect(waiting).rejects.toThrow('interrupted');
});
