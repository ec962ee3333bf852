import type { Frame, Holder, Witness } from '../../evidence/model.ts';
import type { Line } from './record.ts';
import { own, plain } from '../text/plain.ts';

/** A line of JSON about a look into the process, of one call site or of why there was none. */
type Reachable = Extract<Line, { type: 'reachable' }>;

/** `stackOf` knows call sites by their number. */
export function witnessOf(line: Reachable, stackOf: (site: number) => Frame[]): Witness {
  const atMs = line.at_ms;
  const { why } = line;
  if (why !== undefined)
    return { kind: 'witness', atMs, stack: [], asked: 0, lost: 0, held: 0, unknown: 0, by: [], why: own(plain(why)) };
  const { asked, lost, held, unknown } = line;
  const by = line.by
    .map(
      ({ kind, count, symbol, offset, module, site, tid }): Holder => ({
        kind,
        count,
        ...(symbol == null ? {} : { symbol: own(plain(symbol)) }),
        ...(offset == null ? {} : { offset }),
        ...(module === undefined ? {} : { module: module === null ? null : own(plain(module)) }),
        ...(site === undefined ? {} : { stack: stackOf(site) }),
        ...(tid === undefined ? {} : { tid }),
      }),
    )
    .sort((a, b) => b.count - a.count);
  return {
    kind: 'witness',
    atMs,
    stack: line.site === undefined ? [] : stackOf(line.site),
    asked,
    lost,
    held,
    unknown,
    by,
  };
}
