const BEGIN = '\x1b]133;C\x07';
const END = '\x1b]133;D\x07';
/** Output of one command beyond this is cut: a step's evidence is never that long. */
const MAX = 8 * 1024 * 1024;

/** Cuts a shell's recording into the outputs of its commands, incrementally: what stands between the marks. */
export interface Recordings {
  add(text: string): string[];
  /** Whether a command runs now: between two of them there is a prompt. */
  running(): boolean;
}

export function recordings(): Recordings {
  let rest = '';
  let inside = false;
  let output = '';
  return {
    add(text) {
      const outputs: string[] = [];
      rest += text;
      for (;;) {
        const mark = inside ? END : BEGIN;
        const at = rest.indexOf(mark);
        if (at < 0) break;
        if (inside) {
          outputs.push((output + rest.slice(0, at)).slice(0, MAX));
          output = '';
        }
        inside = !inside;
        rest = rest.slice(at + mark.length);
      }
      // A mark may be cut in two: keep what could be its beginning.
      const keep = Math.min(rest.length, BEGIN.length - 1);
      if (inside && output.length < MAX) output += rest.slice(0, rest.length - keep);
      rest = rest.slice(rest.length - keep);
      return outputs;
    },
    running: () => inside,
  };
}
