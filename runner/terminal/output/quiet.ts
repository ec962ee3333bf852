import type { Harmless } from '../../session/ui.ts';

/** A tool's lines on their way to the screen, less those that are known to say nothing about the run. */
export interface Chatter {
  /** What may be shown now: a line that might belong to a harmless block waits until that is known. */
  line(text: string): string[];
  /** What still waited when the output ended. */
  end(): string[];
  /** How many lines were left out so far. */
  folded(): number;
}

/** What a compiler puts around a warning: where it was included from, what it points at, how many there were. */
const INCLUDED = /^(?:In file included from |\s+from )\S.*:\d+[:,]$/;
const NOTE = /^(?:\S+:\d+:\d+: note: |note: \()/;
const POINTER = /^[\s|]*[~^][\s~^]*$/;
const COUNTED = /^\d+ warnings? generated\.$/;

/** Where a Python program says that it stumbled. */
const TRACEBACK = /^Traceback \(most recent call last\):$|^Exception ignored in atexit callback/;
const IN_TRACEBACK = /^(?:\s|Traceback \(most recent call last\):$)/;

/**
 * Takes out what is known to be harmless, and nothing else: a block that turns out to hold an error is shown whole. What is
 * printed stays in the transcript, and readers see all of it.
 */
export function quieted({ lines, warnings, traceback }: Harmless): Chatter {
  let held: string[] = [];
  let inBlock: 'included' | 'pointing' | 'traceback' | null = null;
  // Notes belong to what stands above them.
  let quiet = false;
  let left = 0;
  const fold = (n: number) => {
    left += n;
    quiet = n > 0;
    held = [];
    inBlock = null;
    return [];
  };
  const release = (): string[] => {
    const shown = held;
    held = [];
    inBlock = null;
    if (shown.length > 0) quiet = false;
    return shown;
  };

  const begins = (text: string): string[] => {
    if (warnings && INCLUDED.test(text)) {
      inBlock = 'included';
      held.push(text);
      return [];
    }
    if (warnings?.test(text) || (quiet && NOTE.test(text))) {
      // What it points at comes next, if anything does.
      fold(held.length + 1);
      inBlock = 'pointing';
      return [];
    }
    if (traceback && TRACEBACK.test(text)) {
      const shown = release();
      inBlock = 'traceback';
      held = [text];
      return shown;
    }
    const count = quiet && COUNTED.test(text);
    const shown = release();
    if (!lines.test(text) && !count) {
      quiet = false;
      return [...shown, text];
    }
    left++;
    return shown;
  };

  return {
    line(text) {
      if (inBlock === 'traceback') {
        held.push(text);
        if (IN_TRACEBACK.test(text)) return [];
        return traceback?.test(text) ? fold(held.length) : release();
      }
      if (inBlock !== 'pointing') return begins(text);
      if (held.length === 1 && POINTER.test(text)) return fold(2);
      if (held.length === 0 && !lines.test(text) && !warnings?.test(text) && !NOTE.test(text) && !INCLUDED.test(text)) {
        held.push(text);
        return [];
      }
      // It pointed at nothing: what waited was a line of its own.
      const shown = release();
      return [...shown, ...begins(text)];
    },
    end: release,
    folded: () => left,
  };
}

/** For tools of which nothing is known to be harmless. */
export const loud = (): Chatter => ({ line: (text) => [text], end: () => [], folded: () => 0 });
