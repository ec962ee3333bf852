import { afterEach, describe, expect, it, vi } from 'vitest';
import { podOf, pods, watchPods } from '../../../runner/environments/kube/pods.ts';
import { alive } from '../../../runner/process.ts';
import { access, faked, kubectl, line } from './faked.ts';

afterEach(() => vi.unstubAllEnvs());

const running = {
  name: 'leaker-1',
  node: 'node-a',
  phase: 'Running',
  deleting: false,
  ready: true,
  containerId: 'containerd://0a1b',
  restarts: 0,
  waiting: '',
  message: '',
  ended: '',
  unschedulable: '',
};
const of = (over: Parameters<typeof line>[0]) => podOf(line(over).trimEnd());

describe('a pod’s line', () => {
  it('of one that runs', () => {
    expect(of({})).toEqual(running);
  });
  it('of one that has no node, no container and no state yet', () => {
    expect(podOf('leaker-1||Pending|||||||||')).toEqual({
      ...running,
      node: '',
      phase: 'Pending',
      ready: false,
      containerId: '',
    });
  });
  it.each([
    ['is told to go', { deleted: '2026-01-02T03:04:05Z' }, { deleting: true }],
    ['does not answer its probe', { ready: 'false' }, { ready: false }],
    ['has two containers, one of them not ready', { ready: 'true false' }, { ready: false }],
    ['was started again', { restarts: '3', last: 'OOMKilled' }, { restarts: 3, ended: 'OOMKilled' }],
    ['ended, now and before', { ended: 'Error', last: 'OOMKilled' }, { ended: 'Error' }],
    [
      'waits',
      { ready: 'false', waiting: 'ErrImagePull', message: 'no such image' },
      { ready: false, waiting: 'ErrImagePull', message: 'no such image' },
    ],
    [
      'has no place',
      { unschedulable: '0/1 nodes are available: 1 Insufficient memory.' },
      { unschedulable: '0/1 nodes are available: 1 Insufficient memory.' },
    ],
  ])('of one that %s', (_, over, seen) => {
    expect(of(over)).toEqual({ ...running, ...seen });
  });
  it('keeps the kubelet’s words whole, whatever they hold', () => {
    expect(of({ message: 'exec: "a|b": not found || |true|' })).toEqual({
      ...running,
      message: 'exec: "a|b": not found || |true|',
    });
  });
  it('is whole at its end: a name and a phase, or nothing', () => {
    const whole = line({ restarts: '2', last: 'Error' }).trimEnd();
    for (let n = 0; n <= whole.length; n++) {
      const pod = podOf(whole.slice(0, n));
      if (n <= whole.indexOf('Running')) expect(pod).toBeNull();
      else if (n >= whole.indexOf('|true'))
        expect(pod).toMatchObject({
          name: 'leaker-1',
          node: 'node-a',
          deleting: false,
          ready: n >= whole.indexOf('true') + 4,
        });
    }
  });
  it.each([
    '',
    '|',
    '||||||||||||',
    '|node-a|Running|',
    'No resources found in memleak-demo namespace.',
    'Warning: a|',
    '\0',
    'x'.repeat(100_000),
  ])('is none: %j', (text) => {
    expect(podOf(text)).toBeNull();
  });
});

describe('the pods of a label', () => {
  it('are asked for once, of one cluster, and come as a list', async () => {
    const m = kubectl(`${line({})}Warning: v1 is deprecated\n\n${line({ name: 'leaker-2', deleted: 'now' })}`);
    expect(await pods(access, 'memleak-demo', 'a=b')).toEqual([
      running,
      { ...running, name: 'leaker-2', deleting: true },
    ]);
    expect(m.calls()).toEqual([
      expect.stringMatching(
        /^\/tmp\/of-a-test\.kubeconfig kubectl -n memleak-demo get pods -l a=b -o jsonpath=\{range \.items\[\*\]\}\{\.metadata\.name\}\|.*\{"\\n"\}\{end\}$/,
      ),
    ]);
  });
  it('may be none', async () => {
    kubectl('');
    expect(await pods(access, 'memleak-demo', 'a=b')).toEqual([]);
  });
  it('that the API server does not tell are an error, and no empty list', async () => {
    kubectl('The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?\n', 1);
    await expect(pods(access, 'memleak-demo', 'a=b')).rejects.toMatchObject({ errorName: 'kube.unreachable' });
  });
});

describe('watching the pods of a label', () => {
  const watching = (
    done: (pod: { ready: boolean }) => boolean,
    more: { signal?: AbortSignal; timeoutMs?: number } = {},
  ) => watchPods(access, 'memleak-demo', 'a=b', done, { timeoutMs: 60_000, ...more });
  /** Prints these lines, writes down its pid, and stays. */
  const staying = (text: string) =>
    faked(
      'kubectl',
      `echo "pid $$ $(cut -d ' ' -f 22 /proc/$$/stat)" >>"$FAKE_LOG"; printf '%s' "$FAKE_PRINTS"; exec sleep 60`,
      { FAKE_PRINTS: text },
    );

  it('ends with the state that is looked for, and the watch with it', async () => {
    const m = staying(`${line({ ready: 'false', phase: 'Pending' })}${line({})}${line({ name: 'later' })}`);
    const seen: boolean[] = [];
    expect(await watching((pod) => seen.push(pod.ready) > 0 && pod.ready)).toEqual(running);
    expect(seen).toEqual([false, true]);
    expect(m.calls()[0]).toMatch(/ -n memleak-demo get pods -l a=b --watch -o jsonpath=\{\.metadata\.name\}\|/);
    const [, pid, startTime] = /^pid (\d+) (\d+)$/m.exec(m.calls().join('\n')) as unknown as [string, string, string];
    expect(alive({ pid: Number(pid), startTime })).toBe(false);
  });
  it('comes back with the last state where the watch ends first', async () => {
    kubectl(`${line({ ready: 'false' })}torn|no`);
    expect(await watching((pod) => pod.ready)).toEqual({ ...running, ready: false });
  });
  it('of none comes back with none', async () => {
    kubectl('error: the server doesn’t have a resource type "pods"\n', 1);
    expect(await watching(() => true)).toBeNull();
  });
  it('ends when it is told to, with what was seen', async () => {
    staying(line({ ready: 'false' }));
    const abort = new AbortController();
    expect(await watching(() => void abort.abort() as never, { signal: abort.signal })).toEqual({
      ...running,
      ready: false,
    });
  });
});
