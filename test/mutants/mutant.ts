/**
 * A program that is wrong in one place: a patch of one file, and the tests that are near it. At least one of these has to
 * fail, or nobody would notice if the program became so.
 */
export interface Mutant {
  file: string;
  /** Stands in the file exactly once. */
  find: string;
  replace: string;
  /** What is wrong with it, in a sentence. */
  breaks: string;
  tests: string[];
}

/** Several of one file. */
export const of = (file: string, tests: string[], ...patches: Omit<Mutant, 'file' | 'tests'>[]): Mutant[] =>
  patches.map((patch) => ({ file, tests, ...patch }));
