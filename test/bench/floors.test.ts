import { expect, it } from 'vitest';
import { falseAt, type FloorRun } from '../../bench/lib/floors.ts';

const run = (bytesPerSecond: number, floor: number | null, answer: FloorRun['answer'] = 'none'): FloorRun => ({
  truth: { bytesPerSecond },
  answer,
  floor,
});

it('a floor is false where more is lost than could hide, and nobody said so', () => {
  expect(falseAt([run(101, 100)], 1)).toBe(1);
  expect(falseAt([run(100, 100), run(0, 0), run(500, null), run(500, 100, 'leak'), run(500, 100, 'growing')], 1)).toBe(
    0,
  );
});
it('and a lower one is false more often', () => {
  expect([1, 0.1, 0.01].map((part) => falseAt([run(5, 100), run(20, 100), run(0, 100)], part))).toEqual([0, 1, 2]);
});
