import {
  anonymousGrows,
  type Command,
  comesTo,
  counted,
  defineLesson,
  fourNumbers,
  known,
  type LabFacts,
  logCalm,
  logLies,
  minus,
  ofLab,
  over,
  ownProcess,
  plus,
  rssGrowsUnseen,
  rssOverTime,
  saysHealthy,
  seen,
  teaches,
  times,
  type Word,
} from '../../runner/lesson/index.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

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
        const looks = rssOverTime(evidence);
        if (!looks) return null;
        const { first, last } = looks;
        const grown = over(minus(seen(last.rss / KIB, 'KiB'), seen(first.rss / KIB, 'KiB')), KIB);
        const minutes = over(minus(seen(last.atMs, 'ms'), seen(first.atMs, 'ms')), 60_000);
        return comesTo(over(grown, minutes), 'MiB-a-minute', { share: 0.15, least: 0.5 });
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
      // The last column five minutes after the last line, at what each line has added: a line a period.
      reckon: (evidence, truth) => {
        const held = evidence.flatMap((e) => (e.kind === 'counter' && e.name === 'log_total' ? [e.value] : []));
        const [first, last] = [held[0], held.at(-1)];
        if (first === undefined || last === undefined || held.length < 2) return null;
        const aLine = over(minus(seen(last, 'bytes'), seen(first, 'bytes')), minus(counted(held.length, 'lines'), 1));
        const lines = over(known(300, 's'), ofLab(truth.periodMs / 1000, 's'));
        return comesTo(over(plus(seen(last, 'bytes'), times(aLine, lines)), MIB), 'MiB', { share: 0.15 });
      },
      control: { variant: 'twin' },
    },
  ],
});
