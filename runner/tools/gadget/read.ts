import type { Evidence } from '../../evidence/model.ts';
import { splitter } from '../text/lines.ts';
import { isPrompt, notice as say } from '../text/notice.ts';
import { attempt, type Emit } from './json.ts';
import { calls, isCall } from './malloc.ts';
import { columns } from './columns.ts';
import { fetches, isFetch } from './memleak.ts';
import { complaints as ofMemleak } from '../text/memleak-notices.ts';
import { complaints } from './notices.ts';

/** Evidence beyond this is not read, a call site or a frame counted as one: a hostile transcript must not fill memory. */
const MAX_PARTS = 500_000;
/** More lines that are none, and the rest is not looked at. */
const MAX_BROKEN = 100;

/**
 * What `ig run` and `kubectl gadget run` print with `-o json`, of our own gadget memleak and of the official trace_malloc, and of
 * our own as a table, too, with their stderr anywhere between.
 */
export async function* readGadget(bytes: AsyncIterable<Uint8Array | string>): AsyncIterable<Evidence> {
  const found: Evidence[] = [];
  let left = MAX_PARTS;
  const emit: Emit = (evidence, parts = 1) => {
    if (left < 0) return;
    left -= parts;
    found.push(left >= 0 ? evidence : say('too-much', `over ${MAX_PARTS} items`));
  };
  const memleak = fetches(emit);
  const malloc = calls(emit);
  const table = columns(emit);
  const complain = complaints(emit);
  const ofOurs = ofMemleak(emit);
  const split = splitter();
  let broken = 0;
  let skipped = false;

  const json = (line: string) => {
    if (broken >= MAX_BROKEN || (isFetch(line) ? memleak : malloc).line(line)) return;
    if (++broken === 1) emit(say('unreadable', `a line that is none of the gadget's: ${line.slice(0, 80)}`));
  };
  const read = (line: string) => {
    if (isFetch(line) || isCall(line)) return json(line);
    if (table.line(line)) return;
    if (isPrompt(line)) memleak.over();
    // Where memleak runs the gadget's program, it is memleak that complains.
    (/^(?:\S{0,300}\/)?memleak: /.test(line) && !line.startsWith('memleak: attached to ') ? ofOurs : complain)(line);
  };
  for await (const chunk of bytes) {
    // The rest is drained, so that whoever writes it isn't held up.
    if (left < 0) continue;
    for (const item of split.push(chunk)) {
      if (typeof item === 'string') read(item);
      else {
        skipped = true;
        emit(item);
      }
      if (found.length > 0) yield* found.splice(0);
      if (left < 0) break;
    }
  }
  if (left < 0) return;
  const { rest, notice } = split.end();
  if (notice) emit(notice);
  // A line of JSON that lacks only its newline is whole.
  if ((isFetch(rest) || isCall(rest)) && attempt(rest) !== null) json(rest);
  else if (rest.trim() !== '' && !isPrompt(rest)) emit(say('cut-off', `in the middle of a line: ${rest}`));
  table.end();
  if (!skipped && !notice) memleak.end();
  yield* found;
}
