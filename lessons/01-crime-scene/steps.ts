import { anonymousGrows, defineLesson, fourNumbers, growthPerMinute, logCalm, logLies, ownProcess, rssGrowsUnseen, saysHealthy, teaches } from '../../runner/lesson/index.ts';

const MIB = 1024 * 1024;

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
      solution: (lab) => ({
        shell: `for look in 1 2 3 4 5; do
  sleep ${lab.sleep(2)}
  date +%s%3N
  curl -s http://127.0.0.1:${lab.healthPort}/health
  curl -s http://127.0.0.1:${lab.metricsPort}/metrics | grep '^app_memory'
  ps -o pid,vsz,rss,comm -p ${lab.pid}
done`,
      }),
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
      solution: (lab) => ({
        shell: `for look in 1 2 3; do
  sleep ${lab.sleep(3)}
  grep -E '^(Pid|VmSize|VmRSS|VmSwap):' /proc/${lab.pid}/status
  grep -E '^(Rss|Pss|Anonymous|Swap):' /proc/${lab.pid}/smaps_rollup
done`,
      }),
      expect: [ownProcess(), fourNumbers(), teaches(anonymousGrows())],
      control: { variant: 'twin' },
    },
    {
      id: 'the-log',
      kind: 'command',
      reads: 'system',
      solution: (lab) => ({ argv: ['timeout', lab.sleep(9), 'tail', '-n', '4', '-f', lab.logFile], elevated: false }),
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
