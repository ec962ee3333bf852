import {
  blockSize,
  bpftrace,
  bt,
  comesTo,
  counted,
  defineLesson,
  type Evidence,
  enough,
  minus,
  namesCallSite,
  over,
  ownProcess,
  seen,
  steadyPeriod,
  teaches,
} from '../../runner/lesson/index.ts';

const PAGE = 4096;
const MIB = 1024 * 1024;

/** The commonest size in the lines, which has come three times at least. */
function commonestMmap(evidence: readonly Evidence[]): number | null {
  const calls = new Map<number, number>();
  for (const e of evidence)
    if (e.kind === 'syscall' && e.name === 'mmap') calls.set(e.bytes, (calls.get(e.bytes) ?? 0) + 1);
  const [bytes, n] = [...calls].sort(([, a], [, b]) => b - a)[0] ?? [0, 0];
  return n < 3 ? null : bytes;
}

export default defineLesson({
  id: '03-bpftrace-calls',
  minutes: 25,
  workload: 'stealth-leaker',
  needs: ['bpftrace'],
  steps: [
    {
      id: 'mmap-calls',
      kind: 'command',
      reads: 'bpftrace',
      requires: ['tracefs'],
      // A tracepoint needs no libc; that -p filters one is new (0.23 does not), so the script's predicate does.
      solution: (lab) => bpftrace(lab, [], 'mmap-calls.bt', [String(lab.pid), String(lab.lasting(8))]),
      expect: [ownProcess(), enough('mmap', 5), teaches(blockSize('mmap'))],
      // mmap sees what is asked for, never what comes back: the twin looks the same, another block size does not.
      predict: { unit: 'bytes', seen: commonestMmap },
      control: { variant: 'half-block' },
      guide: [
        {
          id: 'bpftrace-mmap',
          command: `sudo bpftrace -e '
tracepoint:syscalls:sys_enter_mmap {
    printf("PID %d: mmap size=%d\\n", pid, args->len);
}
'`,
          // It works, for every process on the machine and until Ctrl-C.
          shows: [{ says: /PID \d+: mmap size=\d+/, ends: 'runs' }],
        },
      ],
    },
    {
      id: 'pages',
      kind: 'question',
      reads: 'bpftrace',
      from: 'mmap-calls',
      // The commonest size in pages: the block's 256 and one more, for libc's header.
      reckon: (evidence) => {
        const bytes = commonestMmap(evidence);
        return bytes === null ? null : comesTo(over(seen(bytes, 'bytes'), PAGE), 'pages');
      },
      control: { variant: 'half-block' },
    },
    {
      id: 'malloc-calls',
      kind: 'command',
      reads: 'bpftrace',
      solution: bt('malloc-calls.bt', (lab) => lab.lasting(12)),
      expect: [ownProcess(), enough('malloc', 5), blockSize('malloc'), teaches(steadyPeriod())],
      control: { variant: 'slow' },
      guide: [
        {
          id: 'bpftrace-malloc',
          command: `sudo bpftrace -e '
uprobe:libc.so.6:malloc {
    printf("PID %d: malloc size=%d\\n", pid, arg0);
}
'`,
          shows: [
            { says: /target file 'libc\.so\.6' does not exist/, ends: 'rejected', when: 'up to 0.23' },
            { says: /PID \d+: malloc size=\d+/, ends: 'runs', when: "from 0.24: the tracer's own libc" },
          ],
        },
      ],
    },
    {
      id: 'who-calls',
      kind: 'script',
      reads: 'bpftrace',
      // The starter runs as it is and takes the stack at the entry, where the caller is lost.
      script: 'malloc-stacks.bt',
      solution: bt('malloc-stacks.bt', (lab) => lab.lasting(8)),
      expect: [ownProcess(), enough('malloc', 5), teaches(namesCallSite())],
      control: { variant: 'other-function' },
      spare: {
        'BEGIN { printf("PID %d: watching malloc\\n", $1); }': 'each line after it has the pid as well',
        'delete(@asked[tid]);': 'this thread asks malloc for nothing else',
        'END { clear(@asked); }': 'what is printed at exit is no evidence',
      },
    },
    {
      id: 'per-minute',
      kind: 'question',
      reads: 'bpftrace',
      from: 'malloc-calls',
      // What was asked for after the first call, over the time from the first call to the last. In MiB a minute; to count
      // the first call as well is one call too many and close enough.
      reckon: (evidence) => {
        const calls = evidence.flatMap((e) =>
          e.kind === 'allocation' && e.atMs !== null && e.bytes !== null ? [{ atMs: e.atMs, bytes: e.bytes }] : [],
        );
        const [first, last] = [calls[0], calls.at(-1)];
        if (!first || !last || calls.length < 4 || last.atMs <= first.atMs) return null;
        const bytes = calls.slice(1).reduce((n, call) => n + call.bytes, 0);
        const minutes = over(minus(seen(last.atMs, 'ms'), seen(first.atMs, 'ms')), 60_000);
        return comesTo(over(over(counted(bytes, 'bytes'), MIB), minutes), 'MiB-a-minute', { share: 0.12 });
      },
      control: { variant: 'slow' },
    },
  ],
});
