import * as z from 'zod';
import { ENVIRONMENTS } from '../runner/environments/index.ts';

/** The document of `workshop check --json`. Its JSON Schema lies beside this file; test/schemas.test.ts keeps the two one. */
export const check = z.strictObject({
  schema: z.literal('ebpf-workshop/check/1'),
  lesson: z.string(),
  step: z.string(),
  lang: z.enum(['ko', 'en']),
  env: z.enum(ENVIRONMENTS),
  tool: z.string().describe('whose output was judged: the tool asked for, or what stood in for it'),
  lab: z.string(),
  outcome: z.enum(['pass', 'not yet', 'wrong', 'blocked', 'broken']),
  criteria: z.array(
    z.strictObject({
      id: z.string(),
      state: z.enum(['met', 'unmet', 'more']).describe('more: right so far, and in need of more time or data'),
      teaches: z.boolean(),
      seen: z.record(z.string(), z.union([z.string(), z.number()])),
      cause: z.string().nullable().describe('why it is not met, where the evidence tells'),
      text: z.string().describe('the same as a sentence, in the language asked for'),
    }),
  ),
  notices: z
    .array(z.strictObject({ kind: z.literal('notice'), code: z.string(), detail: z.string() }))
    .describe('what the tool said about itself'),
});
