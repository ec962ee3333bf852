import * as z from 'zod';
import { ENVIRONMENTS } from '../runner/environments/index.ts';

/** What several documents hold. */
export const env = z.enum(ENVIRONMENTS);
export const lang = z.enum(['ko', 'en']);
export const pace = z.enum(['real', 'fast']);
export const outcome = z.enum(['pass', 'not yet', 'wrong', 'blocked', 'broken']);
export const count = z.int().min(0);
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
