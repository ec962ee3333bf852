import { ID } from '../lesson/checkout.ts';
import { criterion, met, more, teaches, unmet } from '../../runner/evidence/criteria/define.ts';
import { comesTo } from '../../runner/evidence/criteria/answer.ts';
import { counted, times } from '../../runner/evidence/sum.ts';
import type { Evidence } from '../../runner/evidence/model.ts';
import { defineLesson, type Step } from '../../runner/lesson/define.ts';

const sizes = (evidence: readonly Evidence[]) => evidence.flatMap((e) => (e.kind === 'allocation' ? [e.bytes] : []));
const three = criterion('enough-malloc', ({ evidence }) => {
  const values = { seen: sizes(evidence).length, atLeast: 3 };
  return values.seen >= 3 ? met(values) : more(values);
});
const kib = criterion('block-size-malloc', ({ evidence }) => {
  const other = sizes(evidence).find((bytes) => bytes !== 1024);
  return other === undefined ? met({ seen: 1024 }) : unmet({ seen: other ?? 0, expected: 1024 });
});

/** The lesson of the small checkout: three blocks of 1 KiB pass its command and its script, their number its question. */
export const lesson = defineLesson({
  id: ID,
  minutes: 5,
  workload: 'small',
  needs: ['bpftrace'],
  steps: [
    {
      id: 'look',
      kind: 'command',
      reads: 'bpftrace',
      requires: ['tracefs'],
      solution: (lab) => ({ argv: ['trace', '-p', String(lab.pid)], elevated: true }),
      expect: [three, teaches(kib)],
      control: { variant: 'twin' },
    },
    {
      id: 'how-many',
      kind: 'question',
      reads: 'bpftrace',
      from: 'look',
      reckon: (evidence) =>
        sizes(evidence).length === 0 ? null : comesTo(times(counted(sizes(evidence).length), 1), 'blocks'),
      control: { variant: 'twin' },
    },
    {
      id: 'own',
      kind: 'script',
      reads: 'bpftrace',
      script: 'own.bt',
      solution: (lab) => ({ argv: ['trace', lab.script('own.bt')], elevated: false }),
      expect: [three, teaches(kib)],
      control: { variant: 'twin' },
    },
  ],
});
export const [look, howMany, own] = lesson.steps as [Step, Step, Step];

export const RIGHT = 'malloc 1024\nmalloc 1024\nmalloc 1024\n';
export const WRONG = 'malloc 1024\nmalloc 9\n';
