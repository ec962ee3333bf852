import {
  blockSize,
  bt,
  comesTo,
  defineLesson,
  enough,
  freesLag,
  minus,
  ofLab,
  onlyLarge,
  over,
  ownProcess,
  requestRate,
  seen,
  teaches,
  totals,
} from '../../runner/lesson/index.ts';

/** What every malloc script of the guide meets first. */
const NO_SUCH_FILE = {
  says: /target file 'libc\.so\.6' does not exist/,
  ends: 'rejected',
  when: 'up to 0.23',
} as const;

export default defineLesson({
  id: '05-trend-and-ratio',
  minutes: 25,
  workload: 'stealth-leaker',
  needs: ['bpftrace'],
  steps: [
    {
      id: 'trend',
      kind: 'command',
      reads: 'bpftrace',
      solution: bt(
        'trend.bt',
        (lab) => lab.tickMs,
        (lab) => lab.lasting(12),
      ),
      expect: [ownProcess(), teaches(requestRate())],
      // Requests alone: the twin asks at the same rate, a service with smaller blocks does not.
      control: { variant: 'half-block' },
      guide: [
        {
          id: 'bpftrace-trend',
          command: `sudo bpftrace -e '
uprobe:libc.so.6:malloc {
    @alloc_count[pid] = count();
    @alloc_size[pid] = sum(arg0);
    time("%H:%M:%S ");
    printf("PID %d: malloc(%d) - Total: %d calls, %d bytes\\n", 
           pid, arg0, @alloc_count[pid], @alloc_size[pid]);
}
'`,
          shows: [
            NO_SUCH_FILE,
            {
              says: /%d specifier expects a value of type int|unsupported format specifier for type 'count_t'/,
              ends: 'rejected',
              when: 'from 0.24: count() is no integer',
            },
          ],
        },
      ],
    },
    {
      id: 'when-cap',
      kind: 'question',
      reads: 'bpftrace',
      from: 'trend',
      // Minutes from the service's start to its cap, at the rate between the first and the last snapshot. A block more or
      // less at either end is a tenth of what such a run sees.
      reckon: (evidence, truth) => {
        const { first, last } = totals(evidence, 'requested') ?? {};
        const [since, until] = [first?.atMs ?? 0, last?.atMs ?? 0];
        if (!first || !last || until <= since || last.value <= first.value) return null;
        const seconds = over(minus(seen(until, 'ms'), seen(since, 'ms')), 1000);
        const aSecond = over(minus(seen(last.value, 'bytes'), seen(first.value, 'bytes')), seconds);
        return comesTo(over(over(ofLab(truth.capBytes, 'bytes'), aSecond), 60), 'min', { share: 0.15 });
      },
      control: { variant: 'half-block' },
    },
    {
      id: 'ratio',
      kind: 'script',
      reads: 'bpftrace',
      script: 'ratio.bt',
      solution: bt(
        'ratio.bt',
        (lab) => lab.tickMs,
        (lab) => lab.lasting(11),
      ),
      expect: [ownProcess(), teaches(freesLag())],
      // Frees are counted here, so the healthy twin is what the check must tell apart.
      control: { variant: 'twin' },
      spare: {
        'BEGIN { printf("PID %d: watching malloc and free\\n", $1); }': 'the sums have the pid as well',
        'END { clear(@asked); clear(@live); clear(@allocs); clear(@frees); }': 'what is printed at exit is no evidence',
      },
      guide: [
        {
          id: 'bpftrace-ratio',
          command: `sudo bpftrace -e '
uprobe:libc.so.6:malloc { @alloc[pid]++; }
uprobe:libc.so.6:free { @free[pid]++; }

interval:s:10 {
    printf("PID %d: Alloc/Free ratio: %d/%d = %.2f\\n", 
           pid, @alloc[pid], @free[pid], 
           @alloc[pid] > 0 ? @alloc[pid] / @free[pid] : 0);
}
'`,
          shows: [
            NO_SUCH_FILE,
            {
              says: /Too many arguments for format string|unsupported format specifier: f/,
              ends: 'rejected',
              when: 'from 0.24: there is no %.2f',
            },
          ],
        },
      ],
    },
    {
      id: 'over-1mib',
      kind: 'script',
      reads: 'bpftrace',
      script: 'over-1mib.bt',
      // There is something to leave out: requests of more than 1 MB and less than 1 MiB.
      variant: 'busy',
      solution: bt('over-1mib.bt', (lab) => lab.lasting(8)),
      expect: [ownProcess(), enough('malloc', 5), blockSize('malloc'), teaches(onlyLarge())],
      control: { variant: 'busy', run: bt('malloc-calls.bt', (lab) => lab.lasting(8)) },
      predict: {
        unit: 'lines',
        again: true,
        seen: (evidence) => evidence.filter((e) => e.kind === 'allocation').length,
      },
      // A filter sees requests alone, and the healthy twin makes the same ones.
      twin: null,
      spare: {
        'BEGIN { printf("PID %d: watching malloc of at least 1048576 bytes\\n", $1); }':
          'each line after it has the pid as well',
      },
      guide: [
        {
          id: 'bpftrace-over-1mb',
          command: `sudo bpftrace -e '
uprobe:libc.so.6:malloc {
    if (arg0 > 1000000) {  // 1MB 이상
        printf("Large allocation: PID %d, size %d bytes\\n", pid, arg0);
        @large_allocs[pid] = count();
    }
}
'`,
          shows: [
            NO_SUCH_FILE,
            // The service has a libc of its own, as in a container: nothing of it comes by here.
            { says: /Attach(?:ed|ing) 1 probe/, ends: 'runs', when: "from 0.24: the tracer's own libc" },
          ],
        },
      ],
    },
  ],
});
