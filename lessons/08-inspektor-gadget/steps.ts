import {
  type Command,
  blocksPileUp,
  comesTo,
  counted,
  defineLesson,
  display,
  type LabFacts,
  minus,
  namesHolder,
  notThere,
  outstandingOverTime,
  over,
  ownContainer,
  ownField,
  seen,
  teaches,
  times,
  typed,
} from '../../runner/lesson/index.ts';

const MIB = 1024 * 1024;
/** Of the guide's five minutes, those in which its command doesn't run. */
const UNSEEN_S = 4 * 60;
const s = (ms: number): string => String(Math.ceil(ms / 100) / 10);

/**
 * The gadget on this lab's container: with Inspektor Gadget where it runs, otherwise with memleak. `image` is what runs: an image
 * of a gadget, or for memleak a file.
 */
function gadget(lab: LabFacts, blocks: number, { image = '', flags = [] as string[] } = {}): Command {
  const every = s(lab.tickMs);
  // With Inspektor Gadget it counts from the first list on.
  const lasting = Math.ceil((lab.lasting(blocks) + (lab.inspektor ? lab.tickMs : 0)) / 1000);
  if (lab.inspektor) {
    const run = [
      'run',
      image || lab.gadgetImage,
      '--collect-ustack',
      '-o',
      'json',
      '--timeout',
      String(lasting),
      '--annotate',
      `memleak:fetch-interval=${every}s`,
      ...flags,
    ];
    if (!lab.kube)
      return typed(lab, [lab.ig, ...run, '--host', '--pid', String(lab.pid), '--verify-image=false'], 'target');
    return {
      argv: ['kubectl', 'gadget', ...run, '-n', lab.kube.namespace, '--podname', lab.kube.pod],
      elevated: false,
    };
  }
  const args = [image ? `--gadget=${image}` : '--gadget', '-i', every, '-d', String(lasting), ...flags];
  if (lab.kube) return typed(lab, [lab.memleak, '--mntns', String(lab.kube.nodePid), ...args], 'node');
  return typed(lab, [lab.memleak, '-p', String(lab.pid), ...args], 'target');
}

/** A field more in each line, how long a block is: one line in the struct, one where it is filled with this. */
const change = (value: string) =>
  String.raw`s|^\t__u64 lost;|&\n\t__u64 block_bytes;|; s|^\tline.pid = .*|&\n\tline.block_bytes = ${value};|`;
/** What the learner finds there, and what it has to be. */
const OF_ALL = 'line.outstanding_bytes';
const OF_EACH = 'line.outstanding_bytes / line.outstanding_count';

/** The gadget's sources, copied, changed, compiled and run. */
function changed(lab: LabFacts, value: string): Command {
  const sed = `sed -i "${change(value)}" "$mine/program.bpf.c"`;
  const sources = display({
    argv: [`${lab.kube ? '/workshop/bpf/memleak' : lab.script('memleak')}/.`],
    elevated: false,
  });
  // For a cluster it would have to be pushed and signed again: there memleak runs it.
  if (lab.inspektor && !lab.kube) {
    const run = gadget(lab, 6, { image: 'memleak:mine' });
    return {
      shell: [
        'mine=$(mktemp -d)',
        `cp -r ${sources} "$mine"`,
        sed,
        `${display({ argv: [lab.ig], elevated: true })} image build -t memleak:mine "$mine"`,
        display(run),
        'rm -r "$mine"',
      ].join('\n'),
    };
  }
  const compile = [`mine=$(mktemp -d)`, `cp -r ${sources} "$mine"`, sed, 'make -s -C "$mine" gadget BUILD="$mine"'];
  if (!lab.kube)
    return {
      shell: [
        ...compile,
        display(gadget(lab, 6, { image: '$mine/memleak.gadget.o' })).replaceAll(`'`, '"'),
        'rm -r "$mine"',
      ].join('\n'),
    };
  const inside = [
    ...compile,
    `${lab.memleak} --mntns ${lab.kube.nodePid} "--gadget=$mine/memleak.gadget.o" -i ${s(lab.tickMs)} -d ${Math.ceil(lab.lasting(6) / 1000)}`,
    'rm -r "$mine"',
  ];
  return typed(lab, ['bash', '-c', inside.join('\n')], 'node');
}

export default defineLesson({
  id: '08-inspektor-gadget',
  minutes: 30,
  workload: 'stealth-leaker',
  needs: ['gadget'],
  steps: [
    {
      id: 'trace',
      kind: 'command',
      reads: 'gadget',
      solution: (lab) => gadget(lab, 10),
      expect: [ownContainer(), teaches(blocksPileUp())],
      control: { variant: 'twin' },
      guide: [
        {
          id: 'gadget-install',
          command: 'kubectl apply -f k8s/inspektor-gadget.yaml',
          in: ['kind'],
          installs: true,
          shows: [{ says: /^daemonset\.apps\/gadget (?:created|unchanged|configured)$/m, ends: 'runs' }],
        },
        {
          id: 'gadget-pods',
          command: 'kubectl -n memleak-demo get pods',
          in: ['kind'],
          shows: [{ says: /^stealth-memory-leaker-\S+\s+1\/1\s+Running/m, ends: 'runs' }],
        },
        {
          id: 'gadget-memleak',
          command: 'kubectl gadget memleak -n memleak-demo -p <pod-name>',
          in: ['host', 'kind', 'cluster'],
          shows: [
            // The shell takes < for the name of a file to read from.
            { says: /pod-name/, ends: 'rejected', when: 'as it stands' },
            { says: /unknown command "gadget"|unknown command "memleak"/, ends: 'rejected' },
            { says: notThere('kubectl'), ends: 'rejected', when: 'no kubectl' },
          ],
        },
      ],
    },
    {
      id: 'whose-pid',
      kind: 'question',
      reads: 'gadget',
      from: 'trace',
      control: { variant: 'twin' },
      reckon: (evidence) => {
        const service = evidence.find((e) => e.kind === 'subject');
        return service ? comesTo(seen(service.pid, 'pid'), 'initial-pid') : null;
      },
    },
    {
      id: 'unseen',
      kind: 'question',
      reads: 'gadget',
      from: 'trace',
      control: { variant: 'twin' },
      // What came between the first list and the last, by the time between them: that often in the minutes that nobody looks.
      reckon: (evidence) => {
        const lists = outstandingOverTime(evidence, MIB);
        if (!lists) return null;
        const { first, last } = lists;
        const seconds = over(counted(Math.round(last.atMs - first.atMs), 'ms'), 1000);
        const aSecond = over(minus(seen(last.blocks, 'blocks'), seen(first.blocks, 'blocks')), seconds);
        return comesTo(times(aSecond, UNSEEN_S), 'blocks', { share: 0.2 });
      },
    },
    {
      id: 'only-big',
      kind: 'command',
      reads: 'gadget',
      solution: (lab) => gadget(lab, 6, { flags: ['--min-size', String(MIB)] }),
      expect: [ownContainer(), teaches(namesHolder())],
      control: { variant: 'other-function' },
    },
    {
      id: 'make-it-yours',
      kind: 'command',
      reads: 'gadget',
      byStandIn: ['kind', 'cluster'],
      starter: (lab) => changed(lab, OF_ALL),
      solution: (lab) => changed(lab, OF_EACH),
      expect: [ownContainer(), teaches(ownField('block_bytes'))],
      control: { variant: 'half-block' },
    },
  ],
});
