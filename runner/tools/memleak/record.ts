import * as z from 'zod';
import { BINS } from '../../evidence/rule/bins.ts';
import { MAX_LIST } from './list.ts';

const pid = z
  .int()
  .min(0)
  .max(2 ** 31);
const sum = z.int().min(0);
const name = z.string().max(1024);
const bin = z
  .int()
  .min(0)
  .max(BINS - 1);
/** Of a sample, an estimate. */
const estimate = z.number().min(0);
const bill = { probed_ms: z.number().min(0), hits: sum, cost_ms: z.number().min(0).nullable() };
/** More places that hold blocks of one call site than the tool ever tells of. */
const MAX_HOLDERS = 1000;
/** A year: older than any block of a trace. What asks for more is nothing to go by. */
const MOST_AGE_MS = 366 * 24 * 3600 * 1000;
/** The lines that say something for a check; others, and fields that we don't read, are let through. */
export const record = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    tool: z.literal('memleak'),
    pid,
    comm: name.default(''),
    options: z.object({
      progressive: z.boolean(),
      age_ms: z.number().min(0).max(MOST_AGE_MS).optional().catch(undefined),
    }),
  }),
  z.object({
    type: z.literal('site'),
    site: sum,
    origin: z.enum(['malloc', 'mmap', 'page-faults']),
    pid,
    stack: z.array(
      z.object({
        symbol: name.nullable(),
        offset: sum.nullable(),
        module: name.nullable(),
        module_offset: sum.optional(),
      }),
    ),
  }),
  z.object({
    type: z.literal('snapshot'),
    at_ms: z.number(),
    sites: z
      .array(
        z.object({
          site: sum,
          outstanding_bytes: sum,
          outstanding_count: sum,
          allocated_bytes: sum,
          allocs: sum,
          frees: sum,
          common_size: sum.optional(),
          drawn: sum.optional(),
          ended: z
            .array(z.tuple([bin, estimate]))
            .max(BINS)
            .optional(),
          alive: z
            .array(z.tuple([bin, estimate, sum]))
            .max(BINS)
            .optional(),
          longest_ended_ms: z.number().min(0).optional(),
          last_birth_ms: z.number().optional(),
          answer: z.enum(['leak', 'growing', 'none']).optional(),
        }),
      )
      .max(MAX_LIST),
    rss_bytes: sum.optional(),
    sites_omitted: sum,
    unseen: z.object({ grown_bytes: sum, explained_bytes: sum }).optional(),
    lost: z.object({ blocks: sum, sites: sum, stacks: sum, calls: sum, missed_frees: sum }),
    blocks: z
      .array(z.object({ address: z.string().regex(/^0x[0-9a-f]{1,16}$/), bytes: sum, born_ms: z.number(), site: sum }))
      .optional(),
  }),
  z.object({
    type: z.literal('reachable'),
    at_ms: z.number(),
    /** Where it could not look, and then nothing else. */
    why: z.string().max(2048).optional(),
    site: sum.optional(),
    asked: sum.default(0),
    lost: sum.default(0),
    held: sum.default(0),
    unknown: sum.default(0),
    by: z
      .array(
        z.object({
          kind: z.enum(['symbol', 'site', 'stack', 'register', 'memory']),
          count: sum,
          symbol: name.nullable().optional(),
          offset: sum.nullable().optional(),
          module: name.nullable().optional(),
          site: sum.optional(),
          tid: sum.optional(),
        }),
      )
      .max(MAX_HOLDERS)
      .default([]),
  }),
  z.discriminatedUnion('answer', [
    z.object({
      type: z.literal('finding'),
      at_ms: z.number(),
      answer: z.enum(['leak', 'growing']),
      site: sum,
      by: z.enum(['malloc', 'mmap', 'page-faults']),
      outstanding_count: sum,
      outstanding_bytes: sum,
      common_size: sum,
      period_ms: z.number().min(0),
      bytes_per_second: z.number().min(0).nullable().optional(),
      bytes_per_second_error: z.number().min(0).nullable().optional(),
      ...bill,
    }),
    z.object({
      type: z.literal('finding'),
      at_ms: z.number(),
      answer: z.literal('none'),
      floor_bytes_per_second: z.number().min(0).nullable(),
      ...bill,
    }),
  ]),
  z.object({ type: z.literal('end'), reason: z.string().max(64) }),
  z.object({ type: z.literal('cannot'), why: z.string().max(2048) }),
]);

export type Line = z.infer<typeof record>;
