import * as z from 'zod';
import { count, env, labSpec, outcome, stepRef, stepState } from './parts.ts';

/** The document of `workshop status --json`. */
export const status = z.strictObject({
  schema: z.literal('ebpf-workshop/status/1'),
  lessons: z.array(
    z.strictObject({
      lesson: z.string(),
      passed: count,
      skipped: count,
      of: count,
      steps: z.array(
        z.strictObject({
          step: z.string(),
          state: stepState,
          attempts: count,
          last: outcome.nullable().describe('of the last attempt'),
          hints: count.describe('how many were shown'),
          solutionShown: z.boolean(),
          diagnosed: z.boolean().describe('of a step where something is broken: it was said what'),
          timeToPass: z.number().nullable().describe('ms from when it was first shown to its first pass'),
        }),
      ),
    }),
  ),
  next: z.strictObject(stepRef).nullable().describe('null: all is done'),
  labs: z.array(z.strictObject({ id: z.string(), environment: env, pid: z.int(), spec: labSpec })),
});
