import {
  bt,
  comesTo,
  counted,
  defineLesson,
  enough,
  keepsMemory,
  listsBlocks,
  lives,
  minus,
  oldBlocks,
  outstandingGrows,
  over,
  ownProcess,
  blockSize,
  seen,
  sumsAgree,
  teaches,
  times,
} from '../../runner/lesson/index.ts';

const GIB = 1024 ** 3;
const DAY_S = 24 * 60 * 60;

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
      id: 'lost-a-day',
      kind: 'question',
      reads: 'bpftrace',
      from: 'pair',
      // What never came back over how long it was watched, in GiB a day; a block more or less is a tenth of such a run.
      reckon: (evidence) => {
        const { blocks, window } = lives(evidence);
        const kept = blocks.filter((block) => block.died === null).reduce((n, block) => n + block.bytes, 0);
        if (blocks.length < 3 || window.end <= window.start) return null;
        const seconds = over(minus(seen(window.end, 'ms'), seen(window.start, 'ms')), 1000);
        const aDay = times(over(counted(kept, 'bytes'), seconds), DAY_S);
        return comesTo(over(aDay, GIB), 'GiB-a-day', { share: 0.15 });
      },
      control: { variant: 'twin' },
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
      id: 'oldest',
      kind: 'question',
      reads: 'bpftrace',
      from: 'pair',
      // From the birth of the oldest block that was alive at the end to the last line; a period is a tenth of such a run.
      reckon: (evidence) => {
        const { blocks, window } = lives(evidence);
        const kept = blocks.filter((block) => block.died === null).map((block) => block.born);
        if (blocks.length < 3 || kept.length === 0) return null;
        const age = minus(seen(window.end, 'ms'), seen(Math.min(...kept), 'ms'));
        return comesTo(over(age, 1000), 's', { share: 0.15 });
      },
      control: { variant: 'twin' },
    },
  ],
});
