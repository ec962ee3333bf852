import type { Evidence } from '../../evidence/model.ts';
import { splitter } from '../text/lines.ts';
import { logLine } from '../text/log.ts';
import { notice as tooMuch } from '../text/notice.ts';
import { isJson, isWhole, jsonLines } from './json.ts';
import { telling } from './list.ts';
import { complaints } from '../text/memleak-notices.ts';
import { lists } from './text.ts';

/** Evidence beyond this is not read, a stack or a frame counted as one: a hostile transcript must not fill memory. */
const MAX_PARTS = 500_000;

/** What our tracer prints, as text or with --json, told apart line by line, with stderr anywhere between. */
export async function* readMemleak(bytes: AsyncIterable<Uint8Array | string>): AsyncIterable<Evidence> {
  const found: Evidence[] = [];
  let left = MAX_PARTS;
  const emit = (evidence: Evidence) => {
    if (left < 0) return;
    left -= partsOf(evidence);
    found.push(left >= 0 ? evidence : tooMuch('too-much', `over ${MAX_PARTS} items`));
  };
  const told = telling(emit);
  const text = lists(emit, told);
  const complain = complaints(emit);
  const json = jsonLines(emit, told, complain);
  const split = splitter();
  for await (const chunk of bytes) {
    // The rest is drained, so that whoever writes it isn't held up.
    if (left < 0) continue;
    for (const item of split.push(chunk)) {
      // The service's log beside it is no part of a list, and ends none.
      const log = typeof item === 'string' ? logLine(item, null) : null;
      if (log) log.forEach(emit);
      else if (typeof item !== 'string') emit(item);
      else if (isJson(item)) json.line(item);
      else if (!text.line(item)) complain(item);
      if (found.length > 0) yield* found.splice(0);
      if (left < 0) break;
    }
  }
  if (left < 0) return;
  const { rest, notice } = split.end();
  if (notice) emit(notice);
  // A line of JSON that lacks only its newline is whole.
  if (isJson(rest) && isWhole(rest)) json.line(rest);
  else text.end(rest);
  yield* found;
}

function partsOf(evidence: Evidence): number {
  if (evidence.kind === 'snapshot') return evidence.sites.reduce((n, { stack }) => n + 1 + stack.length, 1);
  // A stack that a block shares with others is kept once.
  return evidence.kind === 'requests' || evidence.kind === 'finding' ? 1 + evidence.stack.length : 1;
}
