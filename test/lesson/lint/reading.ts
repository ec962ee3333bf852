import { ENVIRONMENTS } from '../../../runner/environments/index.ts';
import { ID, markdown } from '../checkout.ts';
import { criterion, met, teaches } from '../../../runner/evidence/criteria/define.ts';
import type { Lesson, Step } from '../../../runner/lesson/define.ts';
import type { Read } from '../../../runner/lesson/lint/read.ts';
import { parseProse } from '../../../runner/lesson/prose.ts';

const control = { variant: 'twin' };
const solution = () => ({ argv: ['trace'], elevated: true });
const expected = [teaches(criterion('has-btf', () => met({})))];

const small = (): Lesson => ({
  id: ID,
  minutes: 5,
  workload: 'small',
  needs: ['bpftrace'],
  steps: [
    {
      id: 'look',
      kind: 'command',
      reads: 'bpftrace',
      solution,
      expect: expected,
      control,
      guide: [{ id: 'all', command: 'trace-all', shows: [] }],
    },
    { id: 'how-many', kind: 'question', reads: 'bpftrace', from: 'look', reckon: () => null, control },
    { id: 'own', kind: 'script', reads: 'bpftrace', script: 'own.bt', solution, expect: expected, control },
  ],
});

/** The lesson of the small checkout as lint reads it, after what a careless author does to its texts. */
export const read = (texts: { en?: (text: string) => string; ko?: (text: string) => string } = {}): Read => {
  const [en, ko] = [(texts.en ?? String)(markdown()), (texts.ko ?? String)(markdown('전부'))];
  return {
    id: ID,
    lesson: small(),
    prose: { en: parseProse(en), ko: parseProse(ko) },
    everywhere: new Map(
      ENVIRONMENTS.map((environment) => [
        environment,
        { en: parseProse(en, environment), ko: parseProse(ko, environment) },
      ]),
    ),
  };
};

/** The same with one step changed. */
export function withStep(id: string, change: object): Read {
  const changed = read();
  changed.lesson.steps = changed.lesson.steps.map((s) => (s.id === id ? ({ ...s, ...change } as Step) : s));
  return changed;
}

/** Replaces what must be there, once. */
export const swap =
  (from: string | RegExp, to: string) =>
  (text: string): string => {
    const swapped = text.replace(from, () => to);
    if (swapped === text) throw new Error(`nothing to replace: ${from}`);
    return swapped;
  };
