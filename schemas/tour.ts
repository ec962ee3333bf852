import * as z from 'zod';
import { answer, count, judged, unlooked } from './parts.ts';

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
        ...judged,
        unfreedBlocks: z.number().min(0),
        unfreedBytes: z.number().min(0),
        commonSize: count,
        outlivesMs: z.number().nullable().describe('from this age on a block counts; null: of sums'),
        settleMs: z.number().nullable(),
        period: z.strictObject({ ms: z.number(), spreadMs: z.number() }).nullable(),
      }),
    ),
    settleMs: z.number().nullable().describe('growing: about how many ms more would settle it; null: time does not'),
    floorBytesPerSecond: z
      .number()
      .nullable()
      .describe('none: what leaks less than this would not have shown; null: it cannot be said'),
    unlooked,
  }),
});
