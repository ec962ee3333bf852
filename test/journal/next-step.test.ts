import { describe, expect, it } from 'vitest';
import { nextStep } from '../../runner/journal/next-step.ts';
import type { Event } from '../../runner/journal/events.ts';
import { fold } from '../../runner/journal/progress.ts';

const lessons = ['01-a', '02-b', '03-c'].map((id) => ({ id, steps: [{ id: 'one' }, { id: 'two' }] }));
const event = (lesson: string, step: string, type: 'shown' | 'skip' | 'reset') =>
  ({ v: 1, at: 1, lesson, step, type }) as Event;
const next = (...events: Event[]) => nextStep(lessons, fold(events), events);

describe('a learner goes on', () => {
  it('at the beginning, at first', () => {
    expect(next()).toEqual({ lesson: '01-a', step: 'one' });
  });
  it('where they left off, not at a lesson before it', () => {
    expect(next(event('02-b', 'one', 'skip'), event('02-b', 'two', 'shown'))).toEqual({ lesson: '02-b', step: 'two' });
  });
  it('at the step that they were shown and did not do', () => {
    expect(next(event('03-c', 'one', 'shown'))).toEqual({ lesson: '03-c', step: 'one' });
  });
  it('at a step passed over, and with the lesson after a finished one', () => {
    expect(next(event('02-b', 'two', 'skip'))).toEqual({ lesson: '02-b', step: 'one' });
    expect(next(event('02-b', 'two', 'skip'), event('02-b', 'one', 'skip'))).toEqual({ lesson: '03-c', step: 'one' });
  });
  it('with what was left out before, once all after it is done', () => {
    expect(next(...['one', 'two'].map((s) => event('03-c', s, 'skip')))).toEqual({ lesson: '01-a', step: 'one' });
  });
  it('at the beginning once all was reset, and at the same lesson once another was', () => {
    expect(
      next(event('02-b', 'one', 'shown'), ...lessons.flatMap((l) => l.steps.map((s) => event(l.id, s.id, 'reset')))),
    ).toEqual({ lesson: '01-a', step: 'one' });
    expect(next(event('01-a', 'one', 'skip'), event('02-b', 'one', 'shown'), event('03-c', 'one', 'reset'))).toEqual({
      lesson: '02-b',
      step: 'one',
    });
  });
  it('nowhere when nothing is left', () => {
    expect(next(...lessons.flatMap((l) => l.steps.map((s) => event(l.id, s.id, 'skip'))))).toBeNull();
  });
});
