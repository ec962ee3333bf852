import { siteOf } from '../../evidence/site.ts';
import { type Answer, type Estimate, RANK, type SiteVerdict, type Verdict } from '../../evidence/verdict.ts';
import type { Sums } from '../../tools/memleak/follow.ts';
import { functionName, OTHER } from './function-name.ts';
import { seats } from './seats.ts';

/** What counters count, since the tracer attached. */
export interface Counts {
  allocBytes: number;
  allocObjects: number;
  freeObjects: number;
}

/** A series: a function, or all that have none of their own. */
export interface Series extends Counts {
  name: string;
  inuseBytes: number;
  inuseObjects: number;
  answer: Answer;
  /** What it keeps in a second, bytes; null where it is not known, or nothing is kept. */
  rate: Estimate | null;
  /** The share of its blocks that outlives all that came back; null where lives are not known. */
  share: Estimate | null;
}

type Now = Omit<Series, 'name'>;

const NONE: Readonly<Counts> = { allocBytes: 0, allocObjects: 0, freeObjects: 0 };
const nothing = (): Now => ({
  ...NONE,
  inuseBytes: 0,
  inuseObjects: 0,
  answer: 'none',
  rate: null,
  share: null,
});
const COUNTS = ['allocBytes', 'allocObjects', 'freeObjects'] as const;

/** The series of one process, look by look. */
export interface Totals {
  /** One look: how all call sites stand, and what the rule says of them. */
  take(look: readonly Sums[], verdict: Verdict): void;
  /** One for each function that has a seat; those without are `other`, which is there once there is anything. */
  series(): Series[];
  /** Functions seen, and how many of them are in `other`. */
  functions(): { all: number; other: number };
}

/**
 * Sums call sites by function. Counters belong to whoever has the seat while something is counted: what a function did before
 * it had one stays with `other`, so that no counter falls and all of them add up to what the tracer counted.
 */
export function totals(most: number): Totals {
  const seated = seats(most);
  const counted = new Map<string, Counts>();
  let last = new Map<string, Counts>();
  let now = new Map<string, Now>();
  let run = -1;
  const label = (name: string) => (seated.has(name) ? name : OTHER);

  return {
    take(look, verdict) {
      const nth = look[0]?.run ?? run;
      // A tracer that was started again counts from nothing.
      if (nth !== run) last = new Map();
      run = nth;
      now = byFunction(look, verdict);
      seated.seat([...now].map(([name, { inuseBytes: bytes, answer }]) => ({ name, bytes, leaks: answer === 'leak' })));
      for (const [name, of] of now) {
        const before = last.get(name);
        const sum = counted.get(label(name)) ?? { ...NONE };
        counted.set(label(name), sum);
        // What a thread is about to do may be counted, and taken back.
        const most = { ...(before ?? NONE) };
        for (const what of COUNTS) {
          most[what] = Math.max(most[what], of[what]);
          sum[what] += most[what] - (before ?? NONE)[what];
        }
        last.set(name, most);
      }
    },
    series() {
      const rest = [...now].flatMap(([name, of]) => (seated.has(name) ? [] : [of]));
      const all = [...seated.names()].map((name): [string, Now] => [name, now.get(name) ?? nothing()]);
      if (rest.length > 0 || counted.has(OTHER)) all.push([OTHER, rest.reduce(joined, nothing())]);
      return all.map(([name, of]) => ({ ...of, name, ...counted.get(name) }));
    },
    functions: () => ({ all: now.size, other: [...now.keys()].filter((name) => !seated.has(name)).length }),
  };
}

function byFunction(look: readonly Sums[], verdict: Verdict): Map<string, Now> {
  // Of sites that read the same there is one verdict.
  const verdicts = new Map(verdict.sites.map((site) => [site.site, site]));
  const all = new Map<string, Now>();
  for (const of of look) {
    const name = functionName(of.stack);
    const key = siteOf(of.stack);
    const site = verdicts.get(key);
    verdicts.delete(key);
    all.set(name, joined(all.get(name) ?? nothing(), nowOf(of, site)));
  }
  return all;
}

const nowOf = (of: Sums, site: SiteVerdict | undefined): Now => ({
  allocBytes: of.allocatedBytes,
  allocObjects: of.allocs,
  freeObjects: of.frees,
  inuseBytes: of.bytes,
  inuseObjects: of.blocks,
  answer: site?.answer ?? 'none',
  rate: site?.rate ?? null,
  share: site?.share ?? null,
});

/** Two of one name: sums; the worse answer, with what is kept by all who have it; the share of whoever has it. */
function joined(a: Now, b: Now): Now {
  const [worse, other] = RANK[b.answer] < RANK[a.answer] ? [b, a] : [a, b];
  const same = worse.answer === other.answer;
  return {
    allocBytes: a.allocBytes + b.allocBytes,
    allocObjects: a.allocObjects + b.allocObjects,
    freeObjects: a.freeObjects + b.freeObjects,
    inuseBytes: a.inuseBytes + b.inuseBytes,
    inuseObjects: a.inuseObjects + b.inuseObjects,
    answer: worse.answer,
    rate: same ? added(worse.rate, other.rate) : worse.rate,
    share: same && (worse.share?.value ?? 0) < (other.share?.value ?? 0) ? other.share : (worse.share ?? null),
  };
}

const added = (a: Estimate | null, b: Estimate | null): Estimate | null =>
  a && b ? { value: a.value + b.value, error: Math.hypot(a.error, b.error) } : (a ?? b);
