import type { Evidence } from '../../evidence/model.ts';
import { splitter } from './lines.ts';
import { notice } from './notice.ts';
import { rejoined, type Shapes } from './rejoin.ts';

/** Takes what a line tells; `parts` is how much of the room it takes. */
export type Emit = (evidence: Evidence, parts?: number) => void;

/** A tool's lines, one after another. */
export interface LineReader {
  line(line: string): void;
  /** What came after the last newline ('' for nothing), and whether no line was left out before it. */
  end(rest: string, whole: boolean): void;
}

/**
 * Reads a tool line by line, with its stderr anywhere between. Evidence beyond `most` parts is not read: a hostile transcript
 * must not fill memory.
 */
export async function* reading(
  bytes: AsyncIterable<Uint8Array | string>,
  { shapes, most }: { shapes: Shapes; most: number },
  open: (emit: Emit) => LineReader,
): AsyncIterable<Evidence> {
  const found: Evidence[] = [];
  let left = most;
  const emit: Emit = (evidence, parts = 1) => {
    if (left < 0) return;
    left -= parts;
    found.push(left >= 0 ? evidence : notice('too-much', `over ${most} items`));
  };
  const reader = open(emit);
  const split = rejoined(splitter(), shapes);
  let whole = true;
  for await (const chunk of bytes) {
    // The rest is drained, so that whoever writes it isn't held up.
    if (left < 0) continue;
    for (const item of split.push(chunk)) {
      if (typeof item === 'string') reader.line(item);
      else {
        whole = false;
        emit(item);
      }
      if (found.length > 0) yield* found.splice(0);
      if (left < 0) break;
    }
  }
  if (left < 0) return;
  const last = split.end();
  for (const line of last.lines) reader.line(line);
  if (last.notice) emit(last.notice);
  reader.end(last.rest, whole && !last.notice);
  yield* found;
}
