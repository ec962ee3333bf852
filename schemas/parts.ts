import * as z from 'zod';
import { ENVIRONMENTS } from '../runner/environments/index.ts';

/** What several documents hold. */
export const env = z.enum(ENVIRONMENTS);
export const lang = z.enum(['ko', 'en']);
export const pace = z.enum(['real', 'fast']);
export const outcome = z.enum(['pass', 'not yet', 'wrong', 'blocked', 'broken']);
export const count = z.int().min(0);
export const answer = z.enum(['leak', 'growing', 'none']);
/** A number and two standard errors of it. */
export const estimate = z.strictObject({ value: z.number(), error: z.number().min(0) });
/** A sentence of a verdict. */
export const reason = z.strictObject({
  id: z
    .enum(['survival', 'generations', 'age', 'oldest', 'span', 'pace', 'witness', 'rises', 'lasts'])
    .describe(
      'survival: blocks that outlived all that came back; generations: parts of the time since the first of them in which they were born; age: ms that three of them have, oldest: that one has, where hardly a block came back; span: ms in which they were born, less than one life; pace: blocks in the last part, fewer and fewer since the first; witness: old blocks to which no pointer is left; of sums alone: how often the least that is held went up, and for how many ms',
    ),
  holds: z.boolean(),
  seen: z.number().min(0),
  needed: z.number().min(0),
  of: z
    .number()
    .min(0)
    .describe('what it was seen of: blocks, equal parts, blocks that were looked for, lists. A fraction of a sample'),
});
export const holder = z.strictObject({
  kind: z.enum(['symbol', 'site', 'stack', 'register', 'memory']),
  count,
  symbol: z.string().optional(),
  offset: count.optional(),
  module: z.string().nullable().optional(),
  function: z.string().nullable().optional().describe('of a block: who allocated it'),
  tid: count.optional(),
});
/** What a verdict tells of a call site besides. */
export const judged = {
  reasons: z.array(reason).describe('what the answer rests on'),
  longestEndedMs: z.number().nullable().describe('the longest life that ended; null: none did, or none is known'),
  share: estimate
    .nullable()
    .describe('of its blocks, those that outlive all that came back, 0 to 1 (Kaplan–Meier); null: not known'),
  rate: estimate.nullable().describe('bytes a second that leak, or that it grows by; null: not known'),
  holders: z.array(holder).describe('where a look into the process found pointers to its old blocks, most first'),
};
export const unlooked = z
  .string()
  .nullable()
  .describe('why nobody could look whether blocks are lost or held; null: somebody did, or was not asked to');

/** Written in both languages. */
export const both = z.strictObject({ ko: z.string(), en: z.string() });
export const stepState = z.enum(['new', 'started', 'passed', 'skipped']);
export const stepRef = { lesson: z.string(), step: z.string() };

export const labSpec = z.strictObject({
  workload: z.string(),
  variant: z.string(),
  pace,
  lifetime: z.enum(['session', 'until-down']).describe('until-down: what `up` started'),
  libc: z.literal('system').optional().describe('it runs on the libc of the machine; left out: on a copy of its own'),
});
