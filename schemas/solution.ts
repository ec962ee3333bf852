import * as z from 'zod';
import { stepRef } from './parts.ts';

/** The document of `workshop solution --json`. */
export const solution = z.strictObject({
  schema: z.literal('ebpf-workshop/solution/1'),
  ...stepRef,
  lab: z.string().nullable().describe('whose values the command holds; null: names stand for them'),
  command: z.string(),
  script: z.strictObject({ file: z.string(), text: z.string() }).nullable(),
  from: z.string().nullable().describe('of a question: the step whose output it asks about'),
  diagnosis: z.string().nullable().describe('of a step where something is broken: what is wrong, by its id'),
});
