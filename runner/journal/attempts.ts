import type { Lab } from '../model/lab.ts';
import type { Outcome } from '../evidence/match.ts';
import type { Lesson, Step } from '../lesson/define.ts';
import { append } from './events.ts';
import { keep, type Spool } from './transcripts.ts';

export interface Attempted {
  lesson: Lesson;
  step: Step;
  lab: Lab;
  outcome: Outcome;
  spool: Spool | null;
  source: 'run' | 'shell' | 'paste' | 'file';
  answer?: string;
}

/** Writes an attempt down: the transcript beside the log, then what was seen and what came of it. */
export function record({ lesson, step, lab, outcome, spool, source, answer }: Attempted): void {
  const at = {
    lesson: lesson.id,
    step: step.id,
    lab: { id: lab.id, pid: lab.target.pid, startTime: lab.target.startTime },
  };
  const transcript = spool && spool.size > 0 ? keep(spool) : null;
  if (transcript) append({ type: 'ran', ...at, transcript, source });
  append({
    type: 'attempt',
    ...at,
    outcome: outcome.kind,
    criteria: outcome.criteria.map((c) => ({ id: c.id, state: c.state })),
    transcript,
    hash: spool?.hash() ?? null,
    ...(answer === undefined ? {} : { answer }),
  });
}
