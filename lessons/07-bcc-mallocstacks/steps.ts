import {
  asksFrom,
  asksSize,
  comesTo,
  counted,
  defineLesson,
  type LabFacts,
  notThere,
  over,
  ownProcess,
  seen,
  teaches,
  times,
  typed,
  watchedSeconds,
} from '../../runner/lesson/index.ts';

const MIB = 1024 * 1024;

/** Whole seconds that see at least so many blocks. */
const seconds = (lab: LabFacts, blocks: number): string => String(Math.ceil(lab.lasting(blocks) / 1000));

const stacks = (lab: LabFacts, blocks: number, ...more: string[]) =>
  typed(lab, [lab.mallocstacks, '-p', String(lab.pid), ...more, '-d', seconds(lab, blocks)], 'target');

export default defineLesson({
  id: '07-bcc-mallocstacks',
  minutes: 15,
  workload: 'stealth-leaker',
  needs: ['bcc'],
  steps: [
    {
      id: 'by-stack',
      kind: 'command',
      reads: 'bcc',
      solution: (lab) => stacks(lab, 8),
      expect: [ownProcess(), teaches(asksFrom())],
      control: { variant: 'other-function' },
      guide: [
        {
          id: 'mallocstacks',
          command: 'sudo /usr/share/bcc/tools/mallocstacks -p <pid>',
          // BCC has an example of that name, elsewhere and with other options.
          shows: [{ says: notThere('/usr/share/bcc/tools/mallocstacks'), ends: 'rejected' }],
        },
      ],
    },
    {
      id: 'by-size',
      kind: 'command',
      reads: 'bcc',
      // Before each block it asks for three of 1020000 bytes, which pass the guide's other “1 MB”.
      variant: 'busy',
      starter: (lab) => stacks(lab, 8, '--size', '1000000'),
      solution: (lab) => stacks(lab, 8, '--size', String(lab.blockBytes)),
      expect: [ownProcess(), teaches(asksSize(5))],
      // Larger blocks pass the filter as well, and are not the ones.
      control: { variant: 'double-block' },
      guide: [
        {
          id: 'mallocstacks-size',
          command: 'sudo /usr/share/bcc/tools/mallocstacks -p <pid> --size 1048576',
          shows: [{ says: notThere('/usr/share/bcc/tools/mallocstacks'), ends: 'rejected' }],
        },
      ],
    },
    {
      id: 'if-kept',
      kind: 'question',
      reads: 'bcc',
      from: 'by-stack',
      // All that was asked for, over the time of the line of sums; a request more or less is a tenth of it.
      reckon: (evidence) => {
        const all = evidence.flatMap((e) => (e.kind === 'requests' ? [e] : []));
        const bytes = all.reduce((n, r) => n + r.bytes, 0);
        const seconds = watchedSeconds(evidence);
        if (bytes === 0 || seconds === null) return null;
        const mib = over(counted(bytes, 'bytes'), MIB);
        return comesTo(times(over(mib, seen(seconds, 's')), 3600), 'MiB-an-hour', { share: 0.2 });
      },
      control: { variant: 'double-block' },
    },
  ],
});
