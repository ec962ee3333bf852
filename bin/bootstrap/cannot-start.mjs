// How a start that cannot be made is told. It parses on Node 14, like bootstrap.mjs.
import { languageOf } from '../../runner/words/language.mjs';

/** Something that a person must put right before we can start. Its message is whole: what, why, what next. */
export class CannotStart extends Error {
  /** @param {{ ko: string, en: string }} words @param {number} exitCode as in the table of exit codes */
  constructor(words, exitCode = 4) {
    super(words[languageOf()]);
    this.exitCode = exitCode;
  }
}
