import {
  anonymousGrows,
  type Command,
  defineLesson,
  fourNumbers,
  growthPerMinute,
  type LabFacts,
  logCalm,
  logLies,
  ownProcess,
  rssGrowsUnseen,
  saysHealthy,
  teaches,
  type Word,
} from '../../runner/lesson/index.ts';

const MIB = 1024 * 1024;

/** In Kubernetes the API server passes requests on to a pod's port, and `kubectl exec` runs what the pod's image has. */
function looks(lab: LabFacts): Command {
  const { kube } = lab;
  const pod = kube && `/api/v1/namespaces/${kube.namespace}/pods/${kube.pod}`;
  const ask = (port: Word, path: string) =>
    kube ? `kubectl get --raw ${pod}:${port}/proxy/${path}` : `curl -s http://127.0.0.1:${port}/${path}`;
  const inPod = kube ? `kubectl -n ${kube.namespace} exec ${kube.pod} -- ` : '';
  return {
    shell: `for look in 1 2 3 4 5; do
  sleep ${lab.sleep(2)}
  date +%s%3N${kube ? `\n  kubectl -n ${kube.namespace} get pods` : ''}
  ${ask(lab.healthPort, 'health')}
  ${ask(lab.metricsPort, 'metrics')} | grep '^app_memory'
  ${inPod}ps -o pid,vsz,rss,comm -p ${lab.pid}
done`,
  };
}

function fourOf(lab: LabFacts): Command {
  const inPod = lab.kube ? `kubectl -n ${lab.kube.namespace} exec ${lab.kube.pod} -- ` : '';
  return {
    shell: `for look in 1 2 3; do
  sleep ${lab.sleep(3)}
  ${inPod}grep -E '^(Pid|VmSize|VmRSS|VmSwap):' /proc/${lab.pid}/status
  ${inPod}grep -E '^(Rss|Pss|Anonymous|Swap):' /proc/${lab.pid}/smaps_rollup
done`,
  };
}

function logOf(lab: LabFacts): Command {
  const log = lab.kube
    ? ['kubectl', '-n', lab.kube.namespace, 'logs', '--tail', '4', '-f', `deployment/${lab.kube.deployment}`]
    : ['tail', '-n', '4', '-f', lab.logFile];
  return { argv: ['timeout', lab.sleep(9), ...log], elevated: false };
}

export default defineLesson({
  id: '01-crime-scene',
  minutes: 15,
  workload: 'stealth-leaker',
  needs: ['system'],
  steps: [
    {
      id: 'all-green',
      kind: 'command',
      reads: 'system',
      // It waits before each look: the twin, too, grows for its first three periods.
      solution: looks,
      expect: [ownProcess(), saysHealthy(), teaches(rssGrowsUnseen())],
      // Just as healthy by its own account, and its memory stands still.
      control: { variant: 'twin' },
    },
    {
      id: 'how-fast',
      kind: 'question',
      reads: 'system',
      from: 'all-green',
      // From the first look to the last, in MiB a minute; a block more or less at either end is about a tenth.
      reckon: (evidence) => {
        const bytes = growthPerMinute(evidence);
        const value = bytes === null ? null : bytes / MIB;
        return value === null ? null : { kind: 'number', value, tolerance: Math.max(0.15 * Math.abs(value), 0.5) };
      },
      control: { variant: 'twin' },
    },
    {
      id: 'four-numbers',
      kind: 'command',
      reads: 'system',
      solution: fourOf,
      expect: [ownProcess(), fourNumbers(), teaches(anonymousGrows())],
      control: { variant: 'twin' },
    },
    {
      id: 'the-log',
      kind: 'command',
      reads: 'system',
      solution: logOf,
      expect: [logCalm(), teaches(logLies())],
      // Its log says the same words, and its last column stays at three blocks.
      control: { variant: 'twin' },
    },
    {
      id: 'by-its-own-count',
      kind: 'question',
      reads: 'system',
      from: 'the-log',
      // The last column of the last line, in MiB.
      reckon: (evidence) => {
        const last = evidence.findLast((e) => e.kind === 'counter' && e.name === 'log_total');
        return last?.kind === 'counter' ? { kind: 'number', value: last.value / MIB, tolerance: 0.5 } : null;
      },
      control: { variant: 'twin' },
    },
  ],
});
