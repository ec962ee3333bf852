import { createInterface } from 'node:readline';
import { type Access, ask, failure, stream } from './kubectl.ts';

/** What we look at in a pod, as the API server last told. */
export interface PodState {
  name: string;
  node: string;
  phase: string;
  deleting: boolean;
  ready: boolean;
  containerId: string;
  restarts: number;
  /** Why its container waits (`ErrImagePull`, `CrashLoopBackOff`, …), and in the kubelet's words. */
  waiting: string;
  message: string;
  /** Why its container ended, now or the last time (`OOMKilled`, `Error`, …). */
  ended: string;
  /** Why no node takes it. */
  unschedulable: string;
}

/** `[*]` of none is nothing; `[0]` of none is an error. */
const c = (path: string) => `{.status.containerStatuses[*].${path}}`;
/** One pod a line, and no tabs: --watch would make columns of them. The kubelet's words go last, for they may hold anything. */
const LINE = [
  '{.metadata.name}',
  '{.spec.nodeName}',
  '{.status.phase}',
  '{.metadata.deletionTimestamp}',
  c('ready'),
  c('containerID'),
  c('restartCount'),
  c('state.waiting.reason'),
  c('state.terminated.reason'),
  c('lastState.terminated.reason'),
  '{.status.conditions[?(@.type=="PodScheduled")].message}',
  c('state.waiting.message'),
].join('|');

export function podOf(line: string): PodState | null {
  const [
    name = '',
    node = '',
    phase = '',
    deleted = '',
    ready = '',
    containerId = '',
    restarts = '',
    waiting = '',
    ended = '',
    last = '',
    unschedulable = '',
    ...message
  ] = line.split('|');
  // The kubelet's words may have lines of their own.
  if (name === '' || !/^(Pending|Running|Succeeded|Failed|Unknown)$/.test(phase)) return null;
  return {
    name,
    node,
    phase,
    deleting: deleted !== '',
    ready: ready === 'true',
    containerId,
    restarts: Number(restarts || 0),
    waiting,
    ended: ended || last,
    unschedulable,
    message: message.join('|'),
  };
}

/** The pods of a label, now. Throws where the API server doesn't say. */
export async function pods(
  access: Access,
  namespace: string,
  label: string,
  signal?: AbortSignal,
): Promise<PodState[]> {
  const args = ['-n', namespace, 'get', 'pods', '-l', label, '-o', `jsonpath={range .items[*]}${LINE}{"\\n"}{end}`];
  const said = await ask(access, args, { signal, timeoutMs: 20_000 });
  if (said.code !== 0) throw failure(said, args);
  return said.out.split('\n').flatMap((line) => podOf(line) ?? []);
}

/** Each state of the pods of a label as it comes, until `done` says enough, or the watch ends. */
export async function watchPods(
  access: Access,
  namespace: string,
  label: string,
  done: (pod: PodState) => boolean,
  options: { signal?: AbortSignal; timeoutMs: number },
): Promise<PodState | null> {
  const running = stream(
    access,
    ['-n', namespace, 'get', 'pods', '-l', label, '--watch', '-o', `jsonpath=${LINE}{"\\n"}`],
    options,
  );
  let last: PodState | null = null;
  try {
    for await (const line of createInterface({ input: running.output })) {
      const pod = podOf(line);
      if (!pod) continue;
      last = pod;
      if (done(pod)) return pod;
    }
    return last;
  } finally {
    await running.stop();
  }
}
