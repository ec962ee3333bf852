import { expect, it } from 'vitest';
import { lint } from '../../../runner/lesson/lint/index.ts';

it('the lessons of this repository are in order, in both languages', async () => {
  expect(await lint()).toEqual([]);
});
