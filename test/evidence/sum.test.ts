import { describe, expect, it } from 'vitest';
import { comesTo } from '../../runner/evidence/criteria/answer.ts';
import {
  counted,
  known,
  minus,
  over,
  plus,
  seen,
  type Sum,
  termsOf,
  times,
  resultOf,
  whole,
} from '../../runner/evidence/sum.ts';
import { tellAnswer } from '../../runner/session/sum.ts';
import { words } from '../../runner/words/index.ts';

const told = (sum: Sum, lang: 'en' | 'ko' = 'en') => tellAnswer(words(lang), comesTo(sum, 'MiB'));

describe('a sum', () => {
  const rate = over(minus(seen(3072, 'KiB'), seen(1024, 'KiB')), times(16, 2));
  it('comes to what it says', () => {
    expect(resultOf(rate)).toBe(64);
    expect(resultOf(whole(over(seen(9000), 4096)))).toBe(2);
    expect(resultOf(plus(1, times(2, 3)))).toBe(7);
  });
  it('is made of numbers that are told apart by where they are from', () => {
    expect(termsOf(rate).map((t) => [t.value, t.from])).toEqual([
      [3072, 'seen'],
      [1024, 'seen'],
      [16, 'known'],
      [2, 'known'],
    ]);
    expect(termsOf(whole(counted(5, 'blocks')))).toEqual([{ value: 5, from: 'counted', unit: 'blocks' }]);
  });
  it.each([
    [rate, '(3072 KiB − 1024 KiB) ÷ (16 × 2) = 64 MiB'],
    [minus(10, minus(5, 2)), '10 − (5 − 2) = 7 MiB'],
    [minus(minus(10, 5), 2), '10 − 5 − 2 = 3 MiB'],
    [over(8, over(4, 2)), '8 ÷ (4 ÷ 2) = 4 MiB'],
    [plus(1, times(2, 3)), '1 + 2 × 3 = 7 MiB'],
    [times(plus(1, 2), 3), '(1 + 2) × 3 = 9 MiB'],
    [whole(over(seen(9000, 'offset'), 4096)), '⌊offset 9000 ÷ 4096⌋ = 2 MiB'],
    [over(1, 3), '1 ÷ 3 ≈ 0.3333 MiB'],
    [over(seen(1234567), 10), '1234567 ÷ 10 ≈ 123457 MiB'],
    [times(seen(0.5), 2), '0.5 × 2 = 1 MiB'],
  ])('is told with the brackets it needs, and no others: %#', (sum, text) => {
    expect(told(sum)).toBe(text);
  });
  it('is told in the learner’s language', () => {
    expect(told(rate, 'ko')).toBe('(3072 KiB − 1024 KiB) ÷ (16 × 2) = 64 MiB');
    const page = comesTo(whole(over(seen(9000, 'offset'), known(4096))), 'page');
    expect(tellAnswer(words('ko'), page)).toBe('⌊오프셋 9000 ÷ 4096⌋ = 페이지 2');
  });
  it('is none for a name, which stands in the stack', () => {
    expect(tellAnswer(words('en'), { kind: 'name', value: 'f' })).toBe('the stack names f');
  });
  it('of one number says what it is', () => {
    const pid = comesTo(seen(1234, 'pid'), 'initial-pid');
    expect(tellAnswer(words('en'), pid)).toBe('pid 1234 = 1234 in the initial pid namespace');
    expect(tellAnswer(words('ko'), pid)).toBe('pid 1234 = 초기 pid 네임스페이스의 1234번');
  });
});
