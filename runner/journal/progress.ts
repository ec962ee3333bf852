import { isDiagnosed } from '../evidence/criteria/diagnosis.ts';
import type { OutcomeKind } from '../evidence/match.ts';
import { words, type Lang } from '../words/index.ts';
import { type Event, readEvents } from './events.ts';

/** Where a learner stands with one step. */
export interface StepProgress {
  state: 'new' | 'started' | 'passed' | 'skipped';
  attempts: number;
  last: OutcomeKind | null;
  hints: number;
  solutionShown: boolean;
  /** Of a step where something is broken: it was said what. */
  diagnosed: boolean;
  /** ms between the first time it was shown and the first pass; null until both happened. */
  timeToPass: number | null;
}

export type Progress = Map<string, StepProgress>;

export const keyOf = (lesson: string, step: string): string => `${lesson}/${step}`;

const fresh = (): StepProgress => ({
  state: 'new',
  attempts: 0,
  last: null,
  hints: 0,
  solutionShown: false,
  diagnosed: false,
  timeToPass: null,
});

/** Progress is a fold of the log: a pure function of the events. A pass stays a pass until a reset. */
export function fold(events: Iterable<Event>): Progress {
  const progress: Progress = new Map();
  const shownAt = new Map<string, number>();
  for (const event of events) {
    const key = keyOf(event.lesson, event.step);
    const step = progress.get(key) ?? fresh();
    progress.set(key, step);
    if (step.state === 'new') step.state = 'started';
    switch (event.type) {
      case 'shown':
        if (!shownAt.has(key)) shownAt.set(key, event.at);
        break;
      case 'attempt':
        step.attempts++;
        step.last = event.outcome;
        step.diagnosed ||= isDiagnosed(event.criteria);
        if (event.outcome === 'pass' && step.state !== 'passed') {
          step.state = 'passed';
          const since = shownAt.get(key);
          if (since !== undefined) step.timeToPass = event.at - since;
        }
        break;
      case 'hint':
        step.hints = Math.max(step.hints, event.level);
        break;
      case 'solution':
        step.solutionShown = true;
        break;
      case 'skip':
        if (step.state !== 'passed') step.state = 'skipped';
        break;
      case 'reset':
        progress.set(key, fresh());
        shownAt.delete(key);
        break;
      case 'ran':
      case 'predicted':
        break;
    }
  }
  return progress;
}

/** Progress as it is on disk. A log that had to be set aside is named on stderr. */
export function progressNow(lang: Lang): Progress {
  return fold(
    readEvents((aside, why) => void process.stderr.write(`${words(lang)(`progress.aside.${why}`, { aside })}\n`)),
  );
}
