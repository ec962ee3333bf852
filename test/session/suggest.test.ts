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
