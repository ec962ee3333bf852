import type { OutcomeKind } from '../evidence/match.ts';

/** Version of the events written today. A log of a newer version is set aside, not guessed at. 2 has predictions. */
export const LOG_VERSION = 2;

// Every start reads the log, and loading zod alone would take a third of what Node does: these few lines stand in for it here,
// strict as it is. A test holds them against a schema of zod's.

type Guard<T> = (value: unknown) => value is T;
type Of<G> = G extends Guard<infer T> ? T : never;
type Fields = Record<string, Guard<unknown>>;
type Optional<F extends Fields> = { [K in keyof F]: undefined extends Of<F[K]> ? K : never }[keyof F];
type Made<F extends Fields> = { [K in Exclude<keyof F, Optional<F>>]: Of<F[K]> } & { [K in Optional<F>]?: Of<F[K]> };

const text = (value: unknown): value is string => typeof value === 'string';
const number = (value: unknown): value is number => Number.isFinite(value);
const whole = (value: unknown): value is number => Number.isSafeInteger(value);
const word =
  <const T extends string | number>(...words: T[]): Guard<T> =>
  (value): value is T =>
    (words as unknown[]).includes(value);
const or =
  <T, Other>(guard: Guard<T>, other: Other): Guard<T | Other> =>
  (value): value is T | Other =>
    value === other || guard(value);
const list =
  <T>(guard: Guard<T>): Guard<T[]> =>
  (value): value is T[] =>
    Array.isArray(value) && value.every(guard);
const record =
  <F extends Fields>(fields: F): Guard<Made<F>> =>
  (value): value is Made<F> =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([name, guard]) => guard((value as Record<string, unknown>)[name]));
/** With no other key. */
const exactly =
  <F extends Fields>(fields: F): Guard<Made<F>> =>
  (value): value is Made<F> =>
    record(fields)(value) && Object.keys(value).every((name) => Object.hasOwn(fields, name));

const base = { v: word(1, LOG_VERSION), at: number, lesson: text, step: text };
const lab = exactly({ id: text, pid: number, startTime: text });
const outcome = word<OutcomeKind>('pass', 'not yet', 'wrong', 'blocked', 'broken');

const events = {
  shown: exactly({ ...base, type: word('shown') }),
  ran: exactly({ ...base, type: word('ran'), lab, transcript: text, source: word('run', 'shell', 'paste', 'file') }),
  attempt: exactly({
    ...base,
    type: word('attempt'),
    outcome,
    criteria: list(record({ id: text, state: text })),
    /** SHA-256 of the transcript that was judged, and its file beside the log. */
    transcript: or(text, null),
    hash: or(text, null),
    answer: or(text, undefined),
    lab,
  }),
  hint: exactly({ ...base, type: word('hint'), level: whole }),
  /** What a learner guessed that a run would show, as it was typed. */
  predicted: exactly({ ...base, v: word(LOG_VERSION), type: word('predicted'), guess: text }),
  solution: exactly({ ...base, type: word('solution') }),
  skip: exactly({ ...base, type: word('skip') }),
  reset: exactly({ ...base, type: word('reset') }),
};

/** One thing that happened on the learner's way. Keyed by lesson and step id, never by number. */
export type Event = Of<(typeof events)[keyof typeof events]>;

export function isEvent(value: unknown): value is Event {
  const { type } = (value ?? {}) as { type?: unknown };
  return typeof type === 'string' && Object.hasOwn(events, type) && events[type as keyof typeof events](value);
}
