/** All mutants, and the name of what is not one. The tests' own power is tested with them: see mutants.test.ts. */
import { CRITERIA } from './criteria.ts';
import { EVIDENCE } from './evidence.ts';
import type { Mutant } from './mutant.ts';
import { READERS } from './readers.ts';

export const MUTANTS: readonly Mutant[] = [...EVIDENCE, ...CRITERIA, ...READERS];
export const UNCHANGED = 'as it is';

/** What became of one of them, or of the program as it is. */
export interface Fate {
  name: string;
  /** Tests that ran, and those that failed. */
  ran: number;
  failed: string[];
  /** What kept a file of tests from running at all: that is no test that fails. */
  errors: string[];
}

export const nameOf = ({ file, breaks }: Mutant): string => `${file}: ${breaks}`;
