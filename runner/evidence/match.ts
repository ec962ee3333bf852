import type { Cause, Criteria, CriterionId, Filling, Values } from './shows.ts';
import type { Evidence, Notice, NoticeCode, Subjects, Truth } from './model.ts';

/** What a check may say. */
export type OutcomeKind = 'pass' | 'not yet' | 'wrong' | 'blocked' | 'broken';

/** How a criterion stands: met, unmet, or right so far and in need of more. */
export type State = 'met' | 'unmet' | 'more';

/** `seen` fills the words, and may say more than they show; `cause` names why, for the words. */
export interface Standing {
  state: State;
  seen: Values;
  cause?: Cause;
}

/** A standing of this criterion: `seen` has what its words show in that state. */
export type StandingOf<Id extends CriterionId> = {
  [S in State]: Standing & { state: S; seen: Filling<Criteria[Id][S]> };
}[State];

/** What a criterion looks at. `answer` is the learner's, for questions. */
export interface Facts {
  evidence: readonly Evidence[];
  truth: Truth;
  subjects: Subjects;
  answer?: string;
}

/** One line of an expectation. */
export interface Criterion {
  id: CriterionId;
  teaches: boolean;
  judge(facts: Facts): Standing;
}

export interface CriterionResult extends Standing {
  id: CriterionId;
  teaches: boolean;
}

export interface Outcome {
  kind: OutcomeKind;
  criteria: CriterionResult[];
  /** What the tool itself complained about, most telling first. */
  notices: Notice[];
}

/** Notices that mean this machine cannot, whatever the learner types. */
const BLOCKING: ReadonlySet<NoticeCode> = new Set([
  'needs-root',
  'no-tracepoint',
  'tool-missing',
  'no-headers',
  'no-such-library',
  'probe-refused',
  'kernel-refused',
  'empty-stream',
  'gadget-refused',
  'lockdown',
  'maps-refused',
  'no-memory',
  'tool-killed',
  'tool-failed',
]);
/** Of these what was seen before they came is too little to say no by. */
const EXHAUSTED: ReadonlySet<NoticeCode> = new Set(['no-memory', 'tool-killed']);
/** Notices that explain why there is nothing to see, though the machine can. */
const FAILING: ReadonlySet<NoticeCode> = new Set([
  'no-such-process',
  'thread-id',
  'zombie',
  'first-thread-ended',
  'kernel-thread',
  'program-32-bit',
  'not-linked-yet',
  'library-by-name',
  'no-such-symbol',
  'script-rejected',
  'bad-usage',
  'saw-nothing',
  'target-died',
  'other-tool',
  'unreadable',
  'absurd',
  'no-function',
  'other-form',
]);

/** Matches an expectation against evidence. Pure; the lab's own health is the caller's to ask first. */
export function match(criteria: readonly Criterion[], facts: Facts): Outcome {
  const notices = facts.evidence.filter((e): e is Notice => e.kind === 'notice').sort((a, b) => weight(a) - weight(b));
  const observed = facts.evidence.some(saysSomething);
  const results = criteria.map(({ id, teaches, judge }) => ({ id, teaches, ...judge(facts) }));
  return { kind: kindOf(results, notices, observed), criteria: results, notices };
}

const weight = ({ code }: Notice): number => (BLOCKING.has(code) ? 0 : FAILING.has(code) ? 1 : 2);

/** Whether it tells anything about memory: not what a tool says of itself, nor a snapshot in which nothing stands. */
export const saysSomething = (e: Evidence): boolean =>
  e.kind !== 'notice' && e.kind !== 'subject' && !(e.kind === 'snapshot' && e.sites.length === 0);

function kindOf(results: CriterionResult[], notices: Notice[], observed: boolean): OutcomeKind {
  if (!observed && notices.some((n) => BLOCKING.has(n.code))) return 'blocked';
  if (!observed && notices.some((n) => FAILING.has(n.code))) return 'wrong';
  const passes = results.length > 0 && results.every((r) => r.state === 'met');
  if (!passes && notices.some((n) => EXHAUSTED.has(n.code))) return 'blocked';
  if (results.some((r) => r.state === 'unmet')) return 'wrong';
  return passes ? 'pass' : 'not yet';
}
