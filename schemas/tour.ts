import * as z from 'zod';
import { count } from './parts.ts';

const answer = z.enum(['leak', 'growing', 'none']);

/** The document of `workshop tour --json`: the verdict on what was traced. */
export const tour = z.strictObject({
  schema: z.literal('ebpf-workshop/tour/1'),
  verdict: z.strictObject({
    answer,
    observedMs: z.number(),
    sites: z.array(
      z.strictObject({
        site: z.string(),
        stack: z.array(
          z.strictObject({
            symbol: z.string().nullable(),
            offset: z.number().nullable(),
            module: z.string().optional(),
          }),
        ),
        answer,
        reasons: z.array(
          z.strictObject({
            id: z.enum(['early-cohort', 'late-cohort', 'low-water', 'still-keeping']),
            holds: z.boolean(),
            seen: z.number(),
            needed: z.number(),
            blocks: count,
          }),
        ),
        unfreedBlocks: count,
        unfreedBytes: count,
        commonSize: count,
        period: z.strictObject({ ms: z.number(), spreadMs: z.number() }).nullable(),
      }),
    ),
    settleMs: z.number().nullable().describe('growing: about how many ms more would settle it'),
    floorBytesPerSecond: z
      .number()
      .nullable()
      .describe('none: the smallest leak this run could have seen; null: nothing was allocated'),
  }),
});
