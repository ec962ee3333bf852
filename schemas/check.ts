import * as z from 'zod';
import { env, lang, outcome, stepRef } from './parts.ts';

/** The document of `workshop check --json`. Its JSON Schema lies beside this file; test/schemas.test.ts keeps the two one. */
export const check = z.strictObject({
  schema: z.literal('ebpf-workshop/check/1'),
  ...stepRef,
  lang,
  env,
  tool: z.string(),
  lab: z.string(),
  outcome,
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
