import type { Evidence } from '../../evidence/model.ts';
import type { Outcome } from '../../evidence/match.ts';
import type { Lesson, Step } from '../../lesson/define.ts';
import type { Lab } from '../../model/lab.ts';

/** What a learner is at: what their shell prints is held against it. */
export interface Beside {
  lesson: Lesson;
  step: Step;
  lab: Lab;
}

/** What came of a command in the learner's shell. */
export interface Told {
  /** `5/ratio: title`, as it was said in the shell. */
  name: string;
  outcome: Outcome;
  evidence: readonly Evidence[];
}

/** The learner's own shell, recorded, as it can be had on this screen. */
export interface OwnShell {
  /** What keeps it from being opened, in words; null where it can be. */
  lacks(at: Beside): string | null;
  /** Opens it, or goes to the one that is open. `elsewhere`: the session went on in another place, and ended there. */
  open(at: Beside): Promise<'here' | 'elsewhere'>;
  /** Where the learner is by now. */
  follow(at: Beside): Promise<void>;
  /** Aborted by what comes of the next command there, with a `Told` for a reason. */
  news(): AbortSignal;
  /** Ends what was opened. */
  end(): Promise<void>;
}
