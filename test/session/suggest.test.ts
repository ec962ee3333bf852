import { expect, it } from 'vitest';
import type { StepProgress } from '../../runner/journal/progress.ts';
import type { StepAt } from '../../runner/session/step-at.ts';
import { suggest } from '../../runner/session/suggest.ts';

const fresh: StepProgress = {
  state: 'started',
  attempts: 0,
  last: null,
  hints: 0,
  solutionShown: false,
  diagnosed: false,
  timeToPass: null,
};
const at = (
  kind: 'command' | 'script' | 'question',
  progress: Partial<StepProgress>,
  more: Partial<StepAt> = {},
): string =>
  suggest({
    step: { kind },
    script: kind === 'script' ? '/x.bt' : null,
    words: { hints: ['a', 'b', 'c'] },
    progress: { ...fresh, ...progress },
    unexplained: false,
    tries: 0,
    ...more,
  } as StepAt);

it('Enter does the step, helps where it failed, explains what passed, and goes on', () => {
  expect([at('command', {}), at('script', {}), at('question', {})]).toEqual(['r', 'e', 'a']);
  expect([0, 1, 2, 3].map((hints) => at('command', { attempts: 1, hints }))).toEqual(['h', 'h', 'h', 's']);
  expect(at('script', { attempts: 1, hints: 3, solutionShown: true })).toBe('r');
  expect(at('question', { attempts: 1, hints: 3, solutionShown: true })).toBe('a');
  expect(at('command', { state: 'passed', attempts: 1 }, { unexplained: true })).toBe('m');
  expect(at('command', { state: 'passed', attempts: 1 })).toBe('n');
});

it('whoever presses Enter alone is stuck nowhere, whatever each attempt comes to', () => {
  for (const kind of ['command', 'script', 'question'] as const) {
    const progress = { ...fresh };
    const step = { unexplained: false, tries: 0 };
    const pressed: string[] = [];
    for (let key = ''; key !== 'k'; pressed.push(key)) {
      key = at(kind, progress, step);
      if (key === 'h') progress.hints++;
      else if (key === 's') progress.solutionShown = true;
      else {
        progress.attempts++;
        step.tries++;
      }
      expect(pressed.length, pressed.join(' ')).toBeLessThan(10);
    }
  }
});

it('what is broken is run, named, repaired; of a command to be changed the change comes first', () => {
  const repair = (progress: Partial<StepProgress>, more: Partial<StepAt> = {}) =>
    suggest({
      step: { kind: 'repair', broken: { command: () => null } },
      words: { hints: ['a', 'b', 'c'] },
      progress: { ...fresh, ...progress },
      tries: 0,
      seenBroken: false,
      ...more,
    } as StepAt);
  expect(repair({})).toBe('r');
  expect(repair({}, { seenBroken: true })).toBe('d');
  // Each that was refused is one less in the list: it ends.
  expect(repair({ attempts: 3 }, { seenBroken: true, tries: 3 })).toBe('d');
  expect(repair({ attempts: 4, diagnosed: true }, { seenBroken: true })).toBe('e');
  expect(repair({ attempts: 5, diagnosed: true, hints: 1 }, { tries: 1 })).toBe('h');
  expect(repair({ attempts: 5, diagnosed: true, solutionShown: true }, { tries: 1 })).toBe('e');
  expect(repair({ attempts: 6, diagnosed: true, solutionShown: true }, { tries: 2 })).toBe('k');
  expect(suggest({ step: { kind: 'command', starter: () => null }, progress: fresh, tries: 0 } as never)).toBe('e');
});
