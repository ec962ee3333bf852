import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { times } from '../../property.ts';
import { compiled } from './compiled.ts';

let dir: string;
let program: string;
beforeAll(() => {
  ({ dir, program } = compiled('bins.c', 'rule/bins.c', '-lm'));
}, 240_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const told = (lives: bigint[]): [bin: number, from: number, to: number][] =>
  execFileSync(program, { input: lives.join('\n'), encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map((n) => (n === 'inf' ? Number.POSITIVE_INFINITY : Number(n))) as never);

it('four bins an octave from 2^20 ns to 2^44 ns; one for what is below, and one for what is above', () => {
  const edges: [bigint, number][] = [
    [0n, 0],
    [2n ** 20n - 1n, 0],
    [2n ** 20n, 1],
    [(2n ** 20n * 5n) / 4n - 1n, 1],
    [(2n ** 20n * 5n) / 4n, 2],
    [2n ** 21n - 1n, 4],
    [2n ** 21n, 5],
    [2n ** 30n, 41],
    [(2n ** 43n * 7n) / 4n, 96],
    [2n ** 44n - 1n, 96],
    [2n ** 44n, 97],
    [2n ** 64n - 1n, 97],
  ];
  expect(told(edges.map(([ns]) => ns)).map(([bin]) => bin)).toEqual(edges.map(([, bin]) => bin));
});

it(
  'each length lies in its bin, which begins where the one before ends',
  times(20)(
    fc.array(fc.tuple(fc.integer({ min: 0, max: 63 }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })), {
      minLength: 1,
      maxLength: 200,
    }),
    (cases) => {
      // Of every magnitude.
      const lives = cases.map(([shift, ns]) => ns >> BigInt(shift));
      for (const [i, [bin, from, to]] of told(lives).entries()) {
        const ns = lives[i] as bigint;
        expect(ns >= BigInt(from)).toBe(true);
        expect(to === Number.POSITIVE_INFINITY || ns < BigInt(to)).toBe(true);
        expect(bin).toBe(
          from < 2 ** 20
            ? 0
            : 1 +
                4 * Math.log2(2 ** Math.floor(Math.log2(from)) / 2 ** 20) +
                (from / 2 ** Math.floor(Math.log2(from)) - 1) * 4,
        );
      }
    },
  ),
);
