import { expect, it } from 'vitest';
import { chooseLesson } from '../../runner/cli/choose-lesson.ts';
import { FakeUi } from '../session/fakes.ts';

it('a lesson that is still to come is in the list, says so when chosen, and the list is there again', async () => {
  const ui = new FakeUi('9', '10');
  expect(await chooseLesson(ui, new Map(), '10-clinic')).toBe('10-clinic');
  expect(ui.offered).toHaveLength(2);
  expect(ui.offered[0]?.keys.join(' ')).toMatch(/^1 .* 8 9 10 11 q$/);
  expect(ui.shown).toEqual([ui.say('list.coming')]);
});

it.each(['q', undefined])('%s chooses none', async (typed) => {
  expect(await chooseLesson(new FakeUi(...(typed ? [typed] : [])), new Map(), undefined)).toBeNull();
});
