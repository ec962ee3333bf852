/** Programs that behave in a known way. A counter-example among them is shrunk to one that keeps an even pace. */
import fc from 'fast-check';
import type { Evidence } from '../../runner/evidence/model.ts';
import { apart, type Block, MIB, PERIOD, RUN, traced } from './simulate.ts';

export type Program = fc.Arbitrary<Block[]>;

interface Pace {
  ms?: number;
  every?: number;
  bytes?: number;
  site?: string;
}

const paced = ({ ms = RUN, every = PERIOD, bytes = MIB, site = 'memory_leak_thread' }: Pace) => ({
  ms,
  every,
  bytes,
  site,
});
/** A whole number, any as likely as any other: small ones are for shrinking, not for trying first. */
const upTo = (max: number, min = 0) => fc.noBias(fc.integer({ min, max: Math.max(min, Math.floor(max)) }));
/** Any number of them up to the most, as likely many as few. */
const many = <T>(most: number, of: fc.Arbitrary<T>) => fc.noBias(fc.array(of, { maxLength: most, size: 'max' }));

/** Births at a steady pace, with the jitter of a thread that sleeps: never at the very edge of a period. */
const births = (ms: number, every: number): fc.Arbitrary<number[]> =>
  fc
    .tuple(upTo(800, 100), fc.array(upTo(40), { minLength: Math.ceil(ms / every), maxLength: Math.ceil(ms / every) }))
    .map(([phase, late]) =>
      late.flatMap((by, i) => {
        const at = (i + phase / 1000) * every;
        return at < ms ? [Math.round(at + (by / 1000) * every)] : [];
      }),
    );

export function leaker(pace: Pace = {}): Program {
  const { ms, every, bytes, site } = paced(pace);
  return births(ms, every).map((all) => all.map((born) => ({ site, bytes, born, died: null })));
}

/** The healthy twin: takes its fourth block, then gives the first one back. */
export function twin(pace: Pace = {}): Program {
  const { ms, every, bytes, site } = paced(pace);
  return births(ms, every).map((all) => all.map((born, i) => ({ site, bytes, born, died: all[i + 3] ?? null })));
}

/** Fills up to the share `until` of the run; from then on it keeps what it has, or replaces the oldest. */
export function cache({ until, replaces, ...pace }: Pace & { until: number; replaces: 'none' | 'oldest' }): Program {
  const { ms, every, bytes } = paced(pace);
  return births(ms, every).map((all) => {
    const room = all.filter((born) => born < until * ms).length;
    const kept = replaces === 'none' ? all.slice(0, room) : all;
    return kept.map((born, i) => {
      const next = kept[i + room];
      return { site: 'cache_put', bytes, born, died: next === undefined ? null : next + 1 };
    });
  });
}

/** Sessions of a load that comes and goes: who came last leaves first. */
export function loadWave(pace: Pace = {}): Program {
  const { ms, every, bytes } = paced(pace);
  return births(0.48 * ms, every / 2).chain((all) =>
    fc
      .tuple(...all.map(() => upTo(0.02 * ms)))
      .map((sooner) =>
        all.map((born, i) => ({ site: 'session_open', bytes, born, died: ms - born - (sooner[i] as number) })),
      ),
  );
}

export const startUp = ({ ms = RUN, bytes = MIB }: Pace = {}): Program =>
  fc
    .array(upTo(0.05 * ms), { minLength: 20, maxLength: 20 })
    .map((all) => all.map((born) => ({ site: 'load_tables', bytes, born, died: null })));

/** Requests: many blocks of all sizes, none older than a fiftieth of the run. */
export const churn = ({ ms = RUN }: Pace = {}): Program =>
  many(
    600,
    fc
      .record({
        site: fc.constantFrom('on_request', 'parse_body'),
        bytes: upTo(4016, 16),
        born: upTo(ms),
        life: upTo(0.02 * ms),
      })
      .map(({ life, ...block }) => ({ ...block, died: block.born + 1 + life })),
  );

/** Blocks of no program in particular: any sizes, births and lives, at one of two sites; no two things happen at once. */
export const anything = ({ ms = RUN }: Pace = {}): Program =>
  many(
    60,
    fc.record({
      site: fc.constantFrom('f', 'g'),
      bytes: upTo(4, 1),
      born: upTo(ms),
      life: fc.option(upTo(ms, 1), { freq: 2 }),
    }),
  ).map((all) => {
    const taken = new Set<number>();
    return all.flatMap(({ life, ...block }) => {
      const died = life === null ? null : block.born + life;
      if (taken.has(block.born) || (died !== null && taken.has(died))) return [];
      for (const at of [block.born, died]) if (at !== null) taken.add(at);
      return [{ ...block, died }];
    });
  });

/** Several programs in one process. */
export const together = (...programs: Program[]): Program => fc.tuple(...programs).map((all) => all.flat());

export const inAnyOrder = <T>(items: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length });

/** What a tracer prints of a program, and the same in another order. */
export const printed = (blocks: readonly Block[]): fc.Arbitrary<[Evidence[], Evidence[]]> => {
  const evidence = apart(traced(blocks));
  return fc.tuple(fc.constant(evidence), inAnyOrder(evidence));
};
