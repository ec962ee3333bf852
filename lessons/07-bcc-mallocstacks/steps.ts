import {
  asksFrom,
  asksSize,
  defineLesson,
  type LabFacts,
  notThere,
  ownProcess,
  teaches,
  typed,
} from '../../runner/lesson/index.ts';

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
      id: 'bytes-each',
      kind: 'question',
      reads: 'bcc',
      from: 'by-stack',
      reckon: (evidence) => {
        const all = evidence.flatMap((e) => (e.kind === 'requests' ? [e] : []));
        const blocks = all.reduce((n, r) => n + r.blocks, 0);
        const value = all.reduce((n, r) => n + r.bytes, 0) / blocks / 1024;
        return blocks < 3 ? null : { kind: 'number', value, tolerance: 0.02 * value };
      },
      control: { variant: 'double-block' },
    },
  ],
});
