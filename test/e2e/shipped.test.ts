import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judged, type Recorded, recorded } from '../../bench/lib/shipped.ts';
import { WorkshopError } from '../../runner/errors.ts';
import { type Build, HALVES, LOAD, made, SHIPPED, type ShippedLeak } from '../../runner/shipped/index.ts';
import { builtTracer } from './tracing.ts';
import { type World, world } from './world.ts';

/** Whoever looks whether a block is lost needs no age. */
const SECONDS = 30;
const CASES: [name: string, build: Build][] = [
  ['mosquitto-will', 'frames'],
  ['curl-trailer', 'shipped'],
];

let w: World;
/** Recordings by leak, or why there are none. */
const runs = new Map<string, Recorded[] | string>();
beforeAll(async () => {
  w = world();
  process.env['WORKSHOP_MEMLEAK'] = builtTracer(w);
  const { signal } = new AbortController();
  const here: [ShippedLeak, Build][] = [];
  for (const [name, build] of CASES) {
    const leak = SHIPPED.find((l) => l.name === name) as ShippedLeak;
    try {
      await made(leak, build, signal);
      here.push([leak, build]);
    } catch (error) {
      // A machine without Debian's packages proves nothing of this, and says so; a build that fails is a failure.
      if (!(error instanceof WorkshopError) || error.errorName !== 'shipped.no-package') throw error;
      runs.set(name, error.message);
    }
  }
  await Promise.all(
    here.map(async ([leak, build]) => {
      const both = HALVES.map((half) =>
        recorded(leak, { build, half, load: LOAD, seconds: SECONDS, options: ['--reachable'], signal }),
      );
      runs.set(leak.name, await Promise.all(both));
    }),
  );
  // Where nothing is built yet, two programs are.
}, 900_000);
afterAll(async () => {
  delete process.env['WORKSHOP_MEMLEAK'];
  await w?.end();
});

describe.each(CASES)('a leak that a distribution shipped: %s', (name, build) => {
  const of = (half: Recorded['half'], skip: (why: string) => void): Recorded => {
    const all = runs.get(name);
    if (typeof all === 'string') skip(all);
    return (all as Recorded[]).find((r) => r.half === half) as Recorded;
  };
  test('is found, and loses what its load says', async ({ skip }) => {
    const { text, truth, asked, ranMs } = of('leak', skip);
    const look = await judged(text, truth);
    expect(look.answer).toBe('leak');
    // Debian's own build has no names for what the library keeps to itself.
    if (build === 'frames') expect(look.named).toBe('yes');
    if (build === 'frames') expect(look.share?.value).toBeCloseTo(truth.share, 1);
    expect(asked.bad / (asked.bad + asked.good)).toBeCloseTo(truth.share, 1);
    const lost = (asked.bad * truth.bytesPerBad) / ranMs;
    expect(look.bytes / (SECONDS * 1000)).toBeGreaterThan(0.8 * lost);
    expect(look.bytes / (SECONDS * 1000)).toBeLessThan(1.2 * lost);
    expect(look.rate?.value).toBeGreaterThan(0.8 * 1000 * lost);
    expect(look.rate?.value).toBeLessThan(1.2 * 1000 * lost);
  });
  test('is none once it is mended', async ({ skip }) => {
    const { text, truth, asked } = of('twin', skip);
    expect(asked.bad).toBeGreaterThan(50);
    const { answer, named, floorBytesPerSecond } = await judged(text, truth);
    expect(answer).not.toBe('leak');
    if (answer === 'none') expect(floorBytesPerSecond).toBeGreaterThan(0);
    // What is left may be the program's own affair, never that of the function that was mended.
    if (answer !== 'none') expect(named).not.toBe('yes');
  });
});
