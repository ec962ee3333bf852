import {
  bt,
  callSite,
  defineLesson,
  enough,
  judge,
  keepsMemory,
  listsBlocks,
  oldBlocks,
  outstandingGrows,
  ownProcess,
  blockSize,
  sumsAgree,
  teaches,
} from '../../runner/lesson/index.ts';

export default defineLesson({
  id: '04-pairing',
  minutes: 25,
  workload: 'stealth-leaker',
  needs: ['bpftrace'],
  steps: [
    {
      id: 'pair',
      kind: 'command',
      reads: 'bpftrace',
      solution: bt(
        'outstanding.bt',
        (lab) => lab.tickMs,
        (lab) => lab.lasting(13),
      ),
      expect: [ownProcess(), enough('malloc', 8), blockSize('malloc'), teaches(keepsMemory())],
      // The twin allocates the same blocks at the same pace and gives them back: pairing is what tells the two apart.
      control: { variant: 'twin' },
      guide: [
        {
          id: 'bpftrace-pairing',
          command: `sudo bpftrace -e '
uprobe:libc.so.6:malloc {
    @alloc[pid] = arg0;
    printf("PID %d: malloc(%d)\\n", pid, arg0);
}

uretprobe:libc.so.6:malloc {
    if (@alloc[pid] != 0) {
        printf("PID %d: malloc returned %p\\n", pid, retval);
        @alloc[pid] = 0;
    }
}
'`,
          shows: [
            { says: /target file 'libc\.so\.6' does not exist/, ends: 'rejected', when: 'up to 0.23' },
            { says: /PID \d+: malloc\(\d+\)/, ends: 'runs', when: "from 0.24: the tracer's own libc" },
          ],
        },
      ],
    },
    {
      id: 'name-the-function',
      kind: 'question',
      reads: 'bpftrace',
      from: 'pair',
      // The learner reads it off the stack under the blocks that never came back.
      reckon: (evidence) => {
        const worst = judge(evidence).sites.find((s) => s.unfreedBlocks >= 3);
        const name = worst ? callSite(worst.stack) : null;
        return name === null ? null : { kind: 'name', value: name };
      },
      control: { variant: 'other-function' },
    },
    {
      id: 'by-call-site',
      kind: 'script',
      reads: 'bpftrace',
      script: 'by-call-site.bt',
      solution: bt(
        'by-call-site.bt',
        (lab) => lab.tickMs,
        (lab) => lab.lasting(10),
      ),
      expect: [ownProcess(), sumsAgree(), teaches(outstandingGrows())],
      control: { variant: 'twin' },
      spare: {
        'delete(@asked[tid]);': 'this thread asks malloc for nothing else',
        'delete(@size[arg0]);': 'an address is overwritten before it is freed again: it saves memory',
        'delete(@site[arg0]);': 'likewise',
        'END { clear(@asked); clear(@size); clear(@site); clear(@blocks); clear(@bytes); }':
          'what is printed at exit is no evidence',
      },
    },
    {
      id: 'how-old',
      kind: 'script',
      reads: 'bpftrace',
      script: 'aged.bt',
      solution: bt(
        'aged.bt',
        (lab) => lab.tickMs,
        (lab) => lab.lasting(10),
      ),
      expect: [ownProcess(), listsBlocks(3), teaches(oldBlocks())],
      control: { variant: 'twin' },
      // On the plain twin a new block takes the address of the freed one, so that without a probe on free nothing looks old.
      twin: 'uneven-twin',
      spare: {
        'delete(@asked[tid]);': 'this thread asks malloc for nothing else',
        'END { clear(@asked); clear(@born_ms); }': 'what is printed at exit is no evidence',
      },
    },
    {
      id: 'still-alive',
      kind: 'question',
      reads: 'bpftrace',
      from: 'pair',
      // Blocks handed out in the run less blocks given back: what the snapshot's @blocks adds up to.
      reckon: (evidence) => {
        const out = evidence.filter((e) => e.kind === 'allocation').length;
        const back = evidence.filter((e) => e.kind === 'free').length;
        return out < 3 ? null : { kind: 'number', value: out - back, tolerance: 1 };
      },
      control: { variant: 'twin' },
    },
  ],
});
