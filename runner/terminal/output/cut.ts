/** Where a text may be cut so that no word, number or path is cut in two. */
const GAP = /[\s,;{}[\]()]/;
/** How far from the place wanted such a gap is looked for. */
const SLACK = 60;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** What is left of a text that is too long: its beginning and its end, and how many characters were between them. */
export interface Cut {
  head: string;
  tail: string;
  left: number;
}

/** Cuts in the middle, at a gap between words where there is one near, and never within what a person sees as one letter. */
export function cutMiddle(text: string, head: number, tail: number): Cut {
  if (text.length <= head + tail) return { head: text, tail: '', left: 0 };
  const to = backward(text, head);
  const from = Math.max(to, forward(text, text.length - tail));
  return { head: text.slice(0, to), tail: text.slice(from), left: [...text.slice(to, from)].length };
}

/** The last gap before `at`, or the end of the last whole letter. */
function backward(text: string, at: number): number {
  for (let i = at; i > at - SLACK && i > 0; i--) if (GAP.test(text[i] as string)) return i;
  return letterAt(text, at);
}

/** The first place behind a gap from `at` on, or the beginning of the next whole letter. */
function forward(text: string, at: number): number {
  for (let i = at; i < at + SLACK && i < text.length; i++) if (GAP.test(text[i - 1] as string)) return i;
  const begins = letterAt(text, at);
  return begins === at ? at : begins + (letter(text, begins)?.length ?? 0);
}

/** The beginning of the letter that `at` lies in. */
function letterAt(text: string, at: number): number {
  // Nothing that looks like one letter is longer than this.
  const from = Math.max(0, at - SLACK);
  let begins = from;
  for (const { index, segment } of graphemes.segment(text.slice(from, at + SLACK))) {
    if (from + index + segment.length > at) return from + index;
    begins = from + index + segment.length;
  }
  return begins;
}

const letter = (text: string, at: number): string | undefined =>
  graphemes
    .segment(text.slice(at, at + SLACK))
    [Symbol.iterator]()
    .next().value?.segment;
