import type { Evidence } from '../evidence/model.ts';
import type { Outcome } from '../evidence/match.ts';
import type { Site } from '../model/place.ts';
import type { Harmless } from '../model/tool.ts';
import type { Lang, Say } from '../words/index.ts';
import type { Pictured } from './pictured.ts';
import type { Wait } from './wait.ts';

export type { Harmless } from '../model/tool.ts';
export type { Wait } from './wait.ts';

export type { Site };

/** One thing that can be chosen; `key` is what is pressed for it. */
export interface Choice {
  key: string;
  label: string;
  hint?: string;
}

export interface Choosing {
  /** Where the cursor is at first; Enter alone takes it. */
  initial?: string;
  /** What Esc takes; without it Esc does nothing. */
  back?: string;
}

/** How things look. `plain` is for NO_COLOR, TERM=dumb, ACCESSIBLE=1 and everything that is no terminal. */
export interface Style {
  plain: boolean;
  accessible: boolean;
  good(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
  strong(text: string): string;
  accent(text: string): string;
}

/** A command's output as it comes, with one status line below it: how long, how many blocks, how much is outstanding. */
export interface Live {
  chunk(bytes: Uint8Array): void;
  evidence(all: readonly Evidence[]): void;
  end(): void;
}

/** What is known of a run before it begins: what it waits for, and what its tool prints that means nothing. */
export interface Watched {
  wait: Wait | null;
  harmless: Harmless | null;
  /** Whether it can all be shown afterwards, by a key. */
  again: boolean;
}

/** What a run showed, under a name. */
export interface Shown {
  name: string;
  evidence: readonly Evidence[];
  /** As a curve of how long blocks live, in place of what is outstanding. */
  as?: 'survival' | undefined;
}

/**
 * How a session talks with a person: what terminal/ implements, by clack or by plain numbered questions for
 * ACCESSIBLE=1 and TERM=dumb.
 */
export interface Ui {
  readonly lang: Lang;
  say: Say;
  /** From now on in this language: `say` is the same function, and says it otherwise. */
  speak(lang: Lang): void;
  style: Style;
  /** A line for reading: wrapped to the screen. */
  print(text: string): void;
  /** A line for copying: as it is. */
  raw(text: string): void;
  /** Resolves once it has been read: what has more lines than the screen is shown a screen at a time. */
  prose(markdown: string): Promise<void>;
  /** The same for text as a program printed it. */
  page(text: string): Promise<void>;
  /** Shows what a command prints, as it comes. */
  live(of: Watched): Live;
  /** The lines of a check: the outcome, its criteria, what the tool itself said. */
  outcome(outcome: Outcome, site: Site): string[];
  /**
   * Where looking beats reading: the curve of what is outstanding and the report, if there are block lives to draw. Both stay in
   * sight above the lines that will stand `below`; what did not fit is returned, for when it is asked for.
   */
  picture(evidence: readonly Evidence[], process: Pictured, below: readonly string[]): string[];
  /** What two runs of one script show, as curves side by side on one scale; on a narrow screen one below the other. */
  compare(...runs: [Shown, Shown]): void;
  /** A list to choose from: the chosen key, or null for Ctrl-C or a closed terminal. */
  choose(message: string, choices: Choice[], how?: Choosing): Promise<string | null>;
  /**
   * The same on one line, so that what is above it stays in sight. Enter takes `initial`; what is in `also` is not
   * shown and can be pressed all the same. Null as well once `until` is aborted: something else is to be shown.
   */
  keys(
    message: string,
    choices: Choice[],
    how: { initial: string; also: Choice[]; until?: AbortSignal },
  ): Promise<string | null>;
  /** A line of text, or null for Esc, Ctrl-C or a closed terminal: back to where it was asked from. */
  line(message: string, initial?: string): Promise<string | null>;
  /** Several lines, ended as the adapter says, or null, likewise. */
  block(message: string, initial?: string): Promise<string | null>;
}
