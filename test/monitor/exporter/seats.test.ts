import { expect, it } from 'vitest';
import { type Claim, seats } from '../../../runner/monitor/exporter/seats.ts';

const claim = (name: string, bytes: number, leaks = false): Claim => ({ name, bytes, leaks });

it('seats whoever holds most, and nobody gives way', () => {
  const two = seats(2);
  two.seat([claim('a', 1), claim('b', 100), claim('c', 50)]);
  expect([...two.names()]).toEqual(['b', 'c']);
  two.seat([claim('a', 1), claim('b', 0), claim('c', 0)]);
  expect([...two.names()].slice(0, 2)).toEqual(['b', 'c']);
});

it('keeps as many seats again for who leaks later, half of them also for who holds a great part', () => {
  const two = seats(2);
  two.seat([claim('b', 100), claim('c', 50)]);
  two.seat([claim('b', 100), claim('c', 50), claim('small', 1)]);
  expect(two.has('small')).toBe(false);
  two.seat([claim('b', 100), claim('c', 50), claim('large', 400), claim('larger', 800)]);
  expect([two.has('larger'), two.has('large')]).toEqual([true, false]);
  two.seat([claim('b', 100), claim('drop', 1, true), claim('larger', 800)]);
  expect(two.has('drop')).toBe(true);
});

it('never has more than twice as many', () => {
  const three = seats(3);
  for (let n = 0; n < 100; n++) three.seat([claim(`f${n}`, n, true)]);
  expect([...three.names()]).toHaveLength(6);
});
