import type { Lang } from '../lesson/prose.ts';
import type { Say } from './messages/index.ts';
import type { Style } from './style.ts';

/** One thing that can be chosen; `key` is what is pressed for it. */
export interface Choice {
  key: string;
  label: string;
  hint?: string;
}

/** How the runner talks with a person. Two adapters: clack, and plain numbered questions for ACCESSIBLE=1 and TERM=dumb. */
export interface Ui {
  lang: Lang;
  say: Say;
  style: Style;
  out: NodeJS.WriteStream;
  print(text: string): void;
  prose(markdown: string): void;
  /** The chosen key, or null for Ctrl-C or a closed terminal. */
  choose(message: string, choices: Choice[]): Promise<string | null>;
  /** A line of text, or null. */
  line(message: string, initial?: string): Promise<string | null>;
  /** Several lines, ended as the adapter says, or null. */
  block(message: string, initial?: string): Promise<string | null>;
}
