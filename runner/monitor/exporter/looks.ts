import type { Counter, Evidence, Lifetimes, Witness } from '../../evidence/model.ts';
import { siteOf } from '../../evidence/site.ts';
import { judge, type Judging, type Verdict } from '../../evidence/verdict.ts';

/** Looks that are kept of the tracer's run that goes on, and so many call sites' in all: growth by realloc is seen across them. */
const MOST_LOOKS = 12;
const LEAST_LOOKS = 5;
const MOST_KEPT = 60_000;
/** Earlier runs on the same process, of each of which the last look counts. */
const MOST_RUNS = 4;

/** All that the rule needs of a process, however long it is watched. */
export interface Looks {
  /** What one line of the tracer told. */
  take(evidence: readonly Evidence[]): void;
  verdict(): Verdict;
}

/** Keeps of a stream without end what the rule asks for: a few looks, evenly apart, and the last of each run before. */
export function looks(judging: Judging): Looks {
  const runs: Lifetimes[][] = [];
  let nth = -1;
  let kept: Lifetimes[][] = [];
  let apartMs = 0;
  const witnesses = new Map<string, Witness>();
  const lost = new Map<string, Counter>();

  const begin = () => {
    const last = kept.at(-1);
    if (last) runs.push(last);
    if (runs.length > MOST_RUNS) runs.shift();
    kept = [];
    apartMs = 0;
    witnesses.clear();
  };
  const keep = (look: Lifetimes[]) => {
    const [before, last] = kept.slice(-2);
    // The last one always stands; of those before it none comes too soon after another.
    if (before && last && at(last) - at(before) < apartMs) kept.pop();
    kept.push(look);
    const most = Math.max(LEAST_LOOKS, Math.min(MOST_LOOKS, Math.floor(MOST_KEPT / Math.max(1, look.length))));
    if (kept.length <= most) return;
    kept = kept.filter((_, i) => i % 2 === 0 || i === kept.length - 1);
    apartMs = (at(look) - at(kept[0] as Lifetimes[])) / (most / 2);
  };

  return {
    take(evidence) {
      const look = evidence.filter((e): e is Lifetimes => e.kind === 'lifetimes');
      const run = look[0]?.window?.nth ?? nth;
      if (run !== nth) {
        begin();
        nth = run;
      }
      if (look.length > 0) keep(look);
      for (const e of evidence) {
        if (e.kind === 'witness') witnesses.set(e.why === undefined ? siteOf(e.stack) : '', e);
        if (e.kind === 'counter' && e.name === 'lost') lost.set(e.key, e);
      }
    },
    verdict: () => judge([...runs.flat(), ...kept.flat(), ...witnesses.values(), ...lost.values()], judging),
  };
}

const at = (look: readonly Lifetimes[]): number => look[0]?.atMs ?? 0;
