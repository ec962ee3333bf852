import type { Evidence } from '../../evidence/model.ts';
import { oddity } from '../text/absurd.ts';
import { isPrompt, notice as say } from '../text/notice.ts';
import { attempt } from './json.ts';
import { calls, isCall } from './malloc.ts';
import { columns } from './columns.ts';
import { fetches, isFetch } from './memleak.ts';
import { complaints as ofMemleak } from '../text/memleak-notices.ts';
import { reading } from '../text/reading.ts';
import type { Shapes } from '../text/rejoin.ts';
import { complaints, complaintOf } from './notices.ts';

/** Evidence beyond this is not read, a call site or a frame counted as one: a hostile transcript must not fill memory. */
const MAX_PARTS = 500_000;
/** More lines that are none, and the rest is not looked at. */
const MAX_BROKEN = 100;

const SHAPES: Shapes = { begins: () => false, whole: () => false, complains: complaintOf };

/**
 * What `ig run` and `kubectl gadget run` print with `-o json`, of our own gadget memleak and of the official trace_malloc, and of
 * our own as a table, too, with their stderr anywhere between.
 */
export const readGadget = (bytes: AsyncIterable<Uint8Array | string>): AsyncIterable<Evidence> =>
  reading(bytes, { shapes: SHAPES, most: MAX_PARTS }, (emit) => {
    const memleak = fetches(emit);
    const malloc = calls(emit);
    const table = columns(emit);
    const complain = complaints(emit);
    const ofOurs = ofMemleak(emit);
    let broken = 0;

    const json = (line: string) => {
      if (broken >= MAX_BROKEN || (isFetch(line) ? memleak : malloc).line(line)) return;
      if (++broken === 1) emit(say('unreadable', oddity(line, 'the gadget’s')));
    };
    return {
      line(line) {
        if (isFetch(line) || isCall(line)) return json(line);
        if (table.line(line)) return;
        if (isPrompt(line)) memleak.over();
        // Where memleak runs the gadget's program, it is memleak that complains.
        (/^(?:\S{0,300}\/)?memleak: /.test(line) && !line.startsWith('memleak: attached to ') ? ofOurs : complain)(
          line,
        );
      },
      end(rest, whole) {
        // A line of JSON that lacks only its newline is whole.
        if ((isFetch(rest) || isCall(rest)) && attempt(rest) !== null) json(rest);
        else if (rest.trim() !== '' && !isPrompt(rest)) emit(say('cut-off', `in the middle of a line: ${rest}`));
        table.end();
        if (whole) memleak.end();
      },
    };
  });
