import { expect, it } from 'vitest';
import { asOfToday, movedTo } from '../../runner/journal/moved.ts';
import { fold, keyOf } from '../../runner/journal/progress.ts';
import type { Event } from '../../runner/journal/event.ts';
import { loadLesson } from '../../runner/lesson/load.ts';

const passed = (lesson: string, step: string): Event => ({
  v: 1,
  at: 1,
  type: 'attempt',
  lesson,
  step,
  outcome: 'pass',
  criteria: [],
  transcript: null,
  hash: null,
  lab: { id: 'x', pid: 1, startTime: '1' },
});

it('what was passed in the lesson that was split is passed in both', () => {
  const progress = fold(['stripped', 'overhead'].map((step) => asOfToday(passed('10-clinic', step))));
  expect([...progress].map(([key, { state }]) => [key, state])).toEqual([
    [keyOf('10-clinic', 'no-malloc'), 'passed'],
    [keyOf('11-what-tracing-costs', 'overhead'), 'passed'],
  ]);
});

it('all else stays where it is', () => {
  const event = passed('04-pairing', 'pair');
  expect(asOfToday(event)).toEqual(event);
});

it('every step that moved is there, and has moved once', async () => {
  for (const [id, step] of movedTo()) {
    const lesson = await loadLesson(id);
    expect(lesson.steps.map((s) => s.id)).toContain(step);
    const event = passed(id, step);
    expect(asOfToday(event)).toEqual(event);
  }
});
