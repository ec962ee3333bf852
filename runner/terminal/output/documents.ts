/** Lines that came together: a JSON document that is `whole`, or lines that are none. */
export interface Piece {
  whole: boolean;
  lines: string[];
}

/** A document that somebody printed for people is shorter than this; what is longer is no document of ours. */
const MOST_LINES = 5000;

/** Finds JSON among a tool's lines: on a line of its own, or from a lone `{` or `[` to the brace that closes it at the same place. */
export function documents(): { line(text: string): Piece[]; end(): string[] } {
  let open: string[] = [];
  const release = () => {
    const lines = open;
    open = [];
    return lines;
  };
  return {
    line(text) {
      if (open.length > 0) {
        open.push(text);
        if (/^[}\]]\s*$/.test(text)) return [{ whole: true, lines: release() }];
        return open.length > MOST_LINES ? [{ whole: false, lines: release() }] : [];
      }
      if (/^[{[]\s*$/.test(text)) {
        open = [text];
        return [];
      }
      return [{ whole: /^\s*(?:\{.*\}|\[.*\])\s*$/.test(text), lines: [text] }];
    },
    end: release,
  };
}
