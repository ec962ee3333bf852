import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { isEvent } from '../../runner/journal/event.ts';
import { times } from '../property.ts';

/** The log's format as a schema: what the reader's own guard must agree with. */
const base = { v: z.literal([1, 2]), at: z.number(), lesson: z.string(), step: z.string() };
const lab = z.strictObject({ id: z.string(), pid: z.number(), startTime: z.string() });
const schema = z.discriminatedUnion('type', [
  z.strictObject({ ...base, type: z.literal('shown') }),
  z.strictObject({
    ...base,
    type: z.literal('ran'),
    lab,
    transcript: z.string(),
    source: z.enum(['run', 'shell', 'paste', 'file']),
  }),
  z.strictObject({
    ...base,
    type: z.literal('attempt'),
    outcome: z.enum(['pass', 'not yet', 'wrong', 'blocked', 'broken']),
    criteria: z.array(z.looseObject({ id: z.string(), state: z.string() })),
    transcript: z.string().nullable(),
    hash: z.string().nullable(),
    answer: z.string().optional(),
    lab,
  }),
  z.strictObject({ ...base, type: z.literal('hint'), level: z.int() }),
  z.strictObject({ ...base, v: z.literal(2), type: z.literal('predicted'), guess: z.string() }),
  z.strictObject({ ...base, type: z.literal('solution') }),
  z.strictObject({ ...base, type: z.literal('skip') }),
  z.strictObject({ ...base, type: z.literal('reset') }),
]);

const whole = { v: 1, at: 1, lesson: 'l', step: 's' };
const ref = { id: 'a', pid: 1, startTime: '9' };
const EVENTS: Record<string, unknown>[] = [
  { ...whole, type: 'shown' },
  { ...whole, type: 'ran', lab: ref, transcript: 'a', source: 'shell' },
  {
    ...whole,
    type: 'attempt',
    outcome: 'not yet',
    criteria: [{ id: 'a', state: 'met', more: 1 }],
    transcript: null,
    hash: 'h',
    answer: 'x',
    lab: ref,
  },
  { ...whole, type: 'attempt', outcome: 'pass', criteria: [], transcript: 'a', hash: null, lab: ref },
  { ...whole, type: 'hint', level: 2 },
  { ...whole, v: 2, type: 'predicted', guess: '1 MiB' },
  { ...whole, type: 'solution' },
  { ...whole, type: 'skip' },
  { ...whole, type: 'reset' },
];

it('takes each kind of event', () => {
  for (const event of EVENTS) expect([isEvent(event), schema.safeParse(event).success]).toEqual([true, true]);
});

/** An event in which something is changed: a field of it, or of its lab, takes another value, goes, or comes. */
const changed = fc
  .tuple(
    fc.constantFrom(...EVENTS),
    fc.constantFrom(
      'v',
      'at',
      'lesson',
      'step',
      'type',
      'lab',
      'transcript',
      'source',
      'outcome',
      'criteria',
      'hash',
      'answer',
      'level',
      'odd',
    ),
    fc.oneof(
      fc.constantFrom(
        undefined,
        null,
        0,
        1,
        2,
        1.5,
        '',
        'pass',
        'run',
        'skip',
        'attempt',
        'constructor',
        [],
        [{}],
        {},
        ref,
        { ...ref, odd: 1 },
        { ...ref, pid: '1' },
      ),
      fc.jsonValue(),
    ),
  )
  .map(([event, name, value]) => JSON.parse(JSON.stringify({ ...event, [name]: value })) as unknown);

it(
  'agrees with the schema on every line that could be in a log',
  times(3000)(fc.oneof(changed, fc.jsonValue()), (value) => {
    expect(isEvent(value)).toBe(schema.safeParse(value).success);
  }),
);
