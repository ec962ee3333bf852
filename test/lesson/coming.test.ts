import { expect, it } from 'vitest';
import { COMING, withComing } from '../../runner/lesson/coming.ts';
import { lessonIds } from '../../runner/lesson/load.ts';

const listed = (...ids: string[]) =>
  withComing(ids.map((id) => ({ id }))).map((e) => (typeof e === 'string' ? e : e.id));

it('a lesson that is still to come stands where it will be', () => {
  expect(listed('08-gadget', '10-clinic')).toEqual(['08-gadget', '09', '10-clinic']);
});

it('one that has come is a lesson like the others', () => {
  expect(listed('09-three-tools', '10-clinic')).toEqual(['09-three-tools', '10-clinic']);
});

it('no number of this repository’s is left out without a word, and none is announced that is there', () => {
  const numbers = lessonIds().map((id) => Number(id.slice(0, 2)));
  const all = [...numbers, ...COMING.map(Number)].toSorted((a, b) => a - b);
  expect(all).toEqual(Array.from({ length: all.length }, (_, i) => i + 1));
});
