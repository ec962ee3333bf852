import { expect, it } from 'vitest';
import { chooseLesson } from '../../runner/cli/choose-lesson.ts';
import { lessonIds } from '../../runner/lesson/load.ts';
import { FakeUi } from '../session/fakes.ts';

it('all lessons are in the list, by the number they are called by', async () => {
  const ui = new FakeUi('9');
  expect(await chooseLesson(ui, new Map(), '10-clinic')).toBe('09-leak-or-cache');
  expect(ui.offered[0]?.keys.join(' ')).toMatch(/^1 .* 8 9 10 11 q$/);
});

it('no number is left out', () => {
  const numbers = lessonIds().map((id) => Number(id.slice(0, 2)));
  expect(numbers).toEqual(numbers.map((_, i) => i + 1));
});

it.each(['q', undefined])('%s chooses none', async (typed) => {
  expect(await chooseLesson(new FakeUi(...(typed ? [typed] : [])), new Map(), undefined)).toBeNull();
});
