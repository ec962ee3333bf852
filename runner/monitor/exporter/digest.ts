import { followMemleak } from '../../tools/memleak/follow.ts';
import { looks } from './looks.ts';
import { type Series, totals } from './totals.ts';

export interface Digesting {
  /** Functions with a series of their own, at first. */
  top: number;
  /** How old a block has to be to prove something, ms; undefined: as the rule has it. */
  ageMs: number | undefined;
}

/** What a line of the tracer's comes to. */
export interface Seen {
  attached: boolean;
  /** What it said to people, or complained of. */
  said: string[];
  look: Look | null;
}

/** What a list comes to. */
export interface Look {
  series: Series[];
  functions: { all: number; other: number };
  /** No function leaks more than so many bytes a second; null where one may, or nothing is known. */
  floor: number | null;
  /** Blocks and frees that the tracer could not follow, so far. */
  lost: number;
}

/** Reads the tracer on one process, one run behind another, judges each list, and keeps no more than that takes. */
export async function* digest(bytes: AsyncIterable<Uint8Array>, { top, ageMs }: Digesting): AsyncGenerator<Seen> {
  const kept = looks(ageMs === undefined ? {} : { neededMs: ageMs });
  const sums = totals(top);
  const lost = new Map<string, number>();
  for await (const told of followMemleak(bytes)) {
    kept.take(told.evidence);
    const notices = told.evidence.flatMap((e) => (e.kind === 'notice' ? [e.detail] : []));
    for (const e of told.evidence) if (e.kind === 'counter' && e.name === 'lost') lost.set(e.key, e.value);
    let look: Look | null = null;
    if (told.sums) {
      const verdict = kept.verdict();
      sums.take(told.sums, verdict);
      look = {
        series: sums.series(),
        functions: sums.functions(),
        floor: verdict.floorBytesPerSecond,
        lost: [...lost.values()].reduce((a, b) => a + b, 0),
      };
    }
    const said = told.said === null ? notices : [told.said];
    if (told.attached || look || said.some(Boolean))
      yield { attached: told.attached, said: said.filter(Boolean), look };
  }
}
