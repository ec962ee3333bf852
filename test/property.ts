import fc from 'fast-check';

/**
 * The seed of a plain run: the same cases each time, so that a red test is about what has changed. WORKSHOP_SEED=random
 * looks for new ones, WORKSHOP_RUNS=20 at twenty times as many.
 */
const SEED = 20_261_127;
const { WORKSHOP_SEED: asked, WORKSHOP_RUNS: factor = '1' } = process.env;
const seed = asked === 'random' ? {} : { seed: asked ? Number(asked) : SEED };

type Made<Ts> = { [K in keyof Ts]: fc.Arbitrary<Ts[K]> };

/**
 * A property, as `it` runs it: `check`, which comes last, throws for nothing that the arbitraries make, in so many cases.
 * What it does throw for is shrunk, and told with the seed and path that bring it back.
 */
export const times =
  (cases: number) =>
  <Ts extends [unknown, ...unknown[]]>(...of: [...Made<Ts>, check: (...made: Ts) => unknown]) =>
  (): Promise<void> => {
    const check = of.pop() as (...made: Ts) => unknown;
    const property = fc.asyncProperty<Ts>(
      ...(of as unknown as Made<Ts>),
      async (...made) => void (await check(...made)),
    );
    return fc.assert(property, { ...seed, numRuns: Math.ceil(cases * Number(factor)) });
  };

export const holds = times(100);
