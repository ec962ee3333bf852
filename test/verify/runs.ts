import { blockSize, enough, ownProcess } from '../../runner/evidence/criteria/calls.ts';
import { teaches } from '../../runner/evidence/criteria/define.ts';
import type { Evidence } from '../../runner/evidence/model.ts';
import type { Lesson, Step } from '../../runner/lesson/define.ts';
import type { Result } from '../../runner/verify/result.ts';
import { plan, type Run, type StepPlan } from '../../runner/verify/plan.ts';

const PID = 12;
const truth = {
  workload: 'small',
  leaks: true,
  call: 'malloc',
  function: 'leak',
  blockBytes: 1024,
  periodMs: 300,
  capBytes: 1048576,
};

export const malloc = (bytes = 1024, pid = PID): Evidence => ({
  kind: 'allocation',
  call: 'malloc',
  atMs: null,
  pid,
  address: null,
  bytes,
  stack: null,
});
export const mallocs = (n: number, bytes?: number, pid?: number): Evidence[] =>
  Array.from({ length: n }, () => malloc(bytes, pid));

/** A step that passes on five blocks of 1 KiB from this lab’s process, and teaches their size. */
export const command = (more: object = {}): Step =>
  ({
    id: 'look',
    kind: 'command',
    reads: 'bpftrace',
    solution: (lab) => ({ argv: ['trace', String(lab.pid)], elevated: true }),
    expect: [ownProcess(), enough('malloc', 5), teaches(blockSize('malloc'))],
    control: { variant: 'half-block' },
    ...more,
  }) as Step;

/** How many bytes were asked for in all? */
export const question = (more: object = {}): Step =>
  ({
    id: 'how-many',
    kind: 'question',
    reads: 'bpftrace',
    from: 'look',
    reckon: (evidence) => {
      const sizes = evidence.flatMap((e) => (e.kind === 'allocation' ? [e.bytes ?? 0] : []));
      return sizes.length < 3 ? null : { kind: 'number', value: sizes.reduce((a, b) => a + b), tolerance: 10 };
    },
    control: { variant: 'half-block' },
    ...more,
  }) as Step;

export const lesson = (...steps: Step[]): Lesson => ({
  id: '03-calls',
  minutes: 5,
  workload: 'small',
  needs: ['bpftrace'],
  steps,
});

export const planned = (...steps: Step[]) => plan([lesson(...steps)], 'host', 'fast', { install: true });

/** What a run left: by default, five blocks as the leaker's. */
export const result = (run: Run, more: Partial<Result> = {}): Result => ({
  run,
  evidence: mallocs(5),
  text: '',
  code: 0,
  timedOut: false,
  truth,
  subjects: { pid: PID, innerPid: 1, libc: '/lib/libc.so.6', owns: null },
  durationMs: 1000,
  provisionMs: 10,
  failed: null,
  ...more,
});

/** A step's runs with what each left; by default the solution passes twice and the control has half the size. */
export function results(
  step: StepPlan,
  {
    first = {},
    second = {},
    control = { evidence: mallocs(5, 512) },
    guide = [],
  }: {
    first?: Partial<Result> | null;
    second?: Partial<Result> | null;
    control?: Partial<Result> | null;
    guide?: Partial<Result>[];
  } = {},
): Map<string, Result> {
  const left: [Run, Partial<Result> | null][] = [
    [step.solutions[0], first],
    [step.solutions[1], second],
    [step.control, control],
    ...step.asWritten.map(({ run }, i): [Run, Partial<Result> | null] => [run, guide[i] ?? null]),
  ];
  return new Map(left.flatMap(([run, more]) => (more ? [[run.key, result(run, more)] as const] : [])));
}
