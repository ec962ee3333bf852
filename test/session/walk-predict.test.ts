import { describe, expect, it } from 'vitest';
import '../lesson/checkout.ts';
import { readEvents } from '../../runner/journal/events.ts';
import '../journal/state.ts';
import type { Lesson, Prediction } from '../../runner/lesson/define.ts';
import { lesson, RIGHT } from './small.ts';
import { printing, walked } from './walking.ts';

/** The small lesson, whose first step asks how many lines there will be. */
const asking = (more: Partial<Prediction> = {}): Lesson => {
  const [look, ...rest] = lesson.steps;
  if (!look) throw new Error('no step');
  const predict: Prediction = {
    unit: 'lines',
    seen: (evidence) => evidence.filter((e) => e.kind === 'allocation').length,
    ...more,
  };
  return { ...lesson, steps: [{ ...look, predict }, ...rest] } as Lesson;
};
const predicted = () => readEvents().flatMap((e) => (e.type === 'predicted' ? [e.guess] : []));
const said = (text: string) => text.split('\n').filter((line) => line.startsWith('You said'));

describe('a prediction', () => {
  it.each([
    ['3', ['You said 3 lines, and it was 3 lines.']],
    ['about 8', ['You said 8 lines; it was 3 lines. Now you have seen it.']],
    ['a lot', ['You said “a lot”; it was 3 lines. Now you have seen it.']],
  ])('typed before the run as %j is kept, and compared after it', async (guess, lines) => {
    const { ui, events } = await walked(0, ['n', 'r', guess, 'q'], { environment: printing(RIGHT) }, asking());
    expect(said(ui.text)).toEqual(lines);
    expect(predicted()).toEqual([guess]);
    expect(events.slice(1)).toEqual(['look predicted', 'look ran', 'look attempt pass']);
  });
  it.each(['', '  '])('is no gate: %j runs all the same, and nothing is said', async (guess) => {
    const { ui, events } = await walked(0, ['n', 'r', guess, 'q'], { environment: printing(RIGHT) }, asking());
    expect([said(ui.text), predicted()]).toEqual([[], []]);
    expect(events.at(-1)).toBe('look attempt pass');
  });
  it('is asked for once, and kept until a run shows something to hold it against', async () => {
    const environment = printing('');
    const { ui } = await walked(0, ['n', 'r', '3', 'r', 'q'], { environment }, asking({ seen: () => null }));
    expect([said(ui.text), predicted()]).toEqual([[], ['3']]);
    const again = await walked(0, ['n', 'r', 'q'], { environment: printing(RIGHT) }, asking());
    expect(predicted()).toEqual(['3']);
    expect(said(again.ui.text)).toEqual(['You said 3 lines, and it was 3 lines.']);
  });
  it('is forgotten with the step', async () => {
    await walked(0, ['n', 'r', '3', 'x', 'r', '5', 'q'], { environment: printing(RIGHT) }, asking());
    expect(predicted()).toEqual(['3', '5']);
  });
  it('about another run is asked for once the step has passed, and not before', async () => {
    const { ui } = await walked(
      0,
      ['n', 'r', 'r', '0', 'q'],
      { environment: printing(RIGHT) },
      asking({ again: true }),
    );
    expect(said(ui.text)).toEqual(['You said 0 lines; it was 3 lines. Now you have seen it.']);
  });
  it('holds up nobody who hears the screen', async () => {
    const { ui, events } = await walked(
      0,
      ['n', 'r', 'q'],
      { environment: printing(RIGHT), accessible: true },
      asking(),
    );
    expect([said(ui.text), predicted(), events.at(-1)]).toEqual([[], [], 'look attempt pass']);
  });
});
