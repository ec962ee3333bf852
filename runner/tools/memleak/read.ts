import type { Evidence } from '../../evidence/model.ts';
import { absurdities } from '../text/absurd.ts';
import { logLine } from '../text/log.ts';
import { reading } from '../text/reading.ts';
import { isJson, isWhole, jsonLines } from './json.ts';
import { telling } from './list.ts';
import { complaints, complaintOf } from '../text/memleak-notices.ts';
import type { Shapes } from '../text/rejoin.ts';
import { isTextLine, lists } from './text.ts';

/** Evidence beyond this is not read, a stack or a frame counted as one: a hostile transcript must not fill memory. */
const MAX_PARTS = 500_000;

/** Of a call site's lives, so many numbers take the room of one part. */
const SPANS = 8;

const SHAPES: Shapes = {
  begins: (line) => /^(?:memleak: | {0,8}\d+ bytes |\d+\.\d s: )/.test(line),
  whole: (line) => isTextLine(line) || logLine(line, null) !== null,
  complains: complaintOf,
};

/** What our tracer prints, as text or with --json, told apart line by line, with stderr anywhere between. */
export const readMemleak = (bytes: AsyncIterable<Uint8Array | string>): AsyncIterable<Evidence> =>
  reading(bytes, { shapes: SHAPES, most: MAX_PARTS }, (emitParts) => {
    const emit = (evidence: Evidence) => emitParts(evidence, partsOf(evidence));
    const told = telling(emit);
    const text = lists(emit, told);
    const complain = complaints(emit);
    const json = jsonLines(emit, told, complain);
    const absurd = absurdities(emit);
    return {
      line(line) {
        // The service's log beside it is no part of a list, and ends none.
        const log = logLine(line, null);
        if (log) log.forEach(emit);
        else if (isJson(line)) json.line(line);
        else if (!text.line(line) && (absurd(line) || !complain(line))) text.unknown();
      },
      end(rest) {
        // A line of JSON that lacks only its newline is whole.
        if (isJson(rest) && isWhole(rest)) json.line(rest);
        else text.end(rest);
      },
    };
  });

function partsOf(evidence: Evidence): number {
  if (evidence.kind === 'snapshot') return evidence.sites.reduce((n, { stack }) => n + 1 + stack.length, 1);
  if (evidence.kind === 'lifetimes') return 1 + Math.ceil((evidence.ended.length + evidence.alive.length) / SPANS);
  // A stack that a block shares with others is kept once.
  return evidence.kind === 'requests' || evidence.kind === 'finding' ? 1 + evidence.stack.length : 1;
}
