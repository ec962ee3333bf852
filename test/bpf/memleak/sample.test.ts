import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { times } from '../../property.ts';
import { compiled } from './compiled.ts';

const [CERTAIN, FRACTION] = [2 ** 32, 2 ** 12];

let dir: string;
let program: string;
beforeAll(() => {
  ({ dir, program } = compiled('sample.c'));
}, 240_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const told = (asked: [sample: number, bytes: number][]): [p: number, weight: number, drawn: number][] =>
  execFileSync(program, { input: asked.map((a) => a.join(' ')).join('\n'), encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number) as [number, number, number]);

it('without a sample each block is drawn, and stands for itself', () => {
  expect(
    told([
      [0, 0],
      [0, 1],
      [0, 2 ** 40],
    ]),
  ).toEqual([
    [CERTAIN, 1, 1],
    [CERTAIN, 1, 1],
    [CERTAIN, 1, 1],
  ]);
});

it(
  'a block is drawn as its bytes would be, each by itself, and stands for one by that chance',
  times(20)(
    fc.array(fc.tuple(fc.integer({ min: 1, max: 2 ** 27 }), fc.double({ min: 0, max: 1, noNaN: true })), {
      minLength: 1,
      maxLength: 300,
      size: 'max',
    }),
    (cases) => {
      // Sizes of each magnitude, to far beyond what is certain.
      const asked = cases.map(([sample, at]): [number, number] => [sample, Math.floor(2 ** (at * 36)) - 1]);
      for (const [i, [p, weight, drawn]] of told(asked).entries()) {
        const [sample, bytes] = asked[i] as [number, number];
        const chance = 1 - Math.exp(-Math.max(bytes, 1) / sample);
        // To half a step of its weight, or to the last of 32 bits.
        const most = (1e-5 + 0.5 / FRACTION) * chance + 2 / CERTAIN;
        expect(Math.abs(p / CERTAIN - chance), asked[i]?.join(' ')).toBeLessThan(most);
        // No size stands for more or less than it is, however often it comes.
        expect(Math.abs((weight / FRACTION) * (p / CERTAIN) - 1), asked[i]?.join(' ')).toBeLessThanOrEqual(2 ** -22);
        expect(p).toBeGreaterThan(0);
        expect(drawn).toBe(1);
      }
    },
  ),
);
