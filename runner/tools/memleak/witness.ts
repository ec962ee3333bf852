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

/** Under a stack: `Of 9 old blocks 8 are lost: nothing in the process points at them; 1 held by cache+0x10 of svc.` */
const TOLD =
  /^ {0,8}Of (\d{1,15}) old blocks? (?:(\d{1,15}) (?:is|are) lost: nothing in the process points at (?:it|them)|none is lost);(.{0,8000})\.$/;
const HELD =
  /^ ?(\d{1,15}) held by (?:blocks of (.{1,600})|the (stack|registers) of thread (\d{1,10})|memory that is .{1,300}|(.{1,600})\+0x([0-9a-f]{1,16}) of (.{1,300}))$/;
const OPEN = /,? ?of (\d{1,15}) it stays open: .{1,200}$/;

/** Once, under the head of the first list where nobody could look: `whether old blocks are lost or held stays open: …` */
const BLIND = /^ {0,8}whether old blocks are lost or held stays open: (.{1,600})\.$/;

/** Why nobody could look into the process, as people read it. Null where a line does not say that. */
export function blindIn(line: string): Omit<Witness, 'atMs'> | null {
  const why = BLIND.exec(line)?.[1];
  return why === undefined
    ? null
    : { kind: 'witness', stack: [], asked: 0, lost: 0, held: 0, unknown: 0, by: [], why: own(why) };
}

/** The same as people read it: who holds by name alone. Null where a line is none. */
export function witnessIn(line: string): Omit<Witness, 'kind' | 'atMs' | 'stack'> | null {
  const [all, asked, lost = '0', rest = ''] = TOLD.exec(line) ?? [];
  if (all === undefined) return null;
  const unknown = Number(OPEN.exec(rest)?.[1] ?? 0);
  const by = rest
    .replace(OPEN, '')
    .split(/,(?= \d{1,15} held by )/)
    .flatMap((part): Holder[] => {
      const [found, count, site, of, tid, symbol, offset, module] = HELD.exec(part) ?? [];
      if (found === undefined) return [];
      const held = { count: Number(count) };
      if (symbol !== undefined)
        return [
          {
            ...held,
            kind: 'symbol',
            symbol: own(symbol),
            offset: Number.parseInt(offset as string, 16),
            module: own(module as string),
          },
        ];
      if (of !== undefined) return [{ ...held, kind: of === 'stack' ? 'stack' : 'register', tid: Number(tid) }];
      if (site === undefined) return [{ ...held, kind: 'memory' }];
      return [{ ...held, kind: 'site', stack: [{ symbol: own(site), offset: null }] }];
    });
  return { asked: Number(asked), lost: Number(lost), held: by.reduce((n, h) => n + h.count, 0), unknown, by };
}
