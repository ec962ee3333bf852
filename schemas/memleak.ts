import * as z from 'zod';

const count = z.int().min(0);
const ms = z.number().describe('ms since the probes were in place');
const answer = z.enum(['leak', 'growing', 'none']);
const bin = z.int().min(0).max(97);
const countOrPart = z.number().min(0).describe('with three digits where it is an estimate');
const bill = {
  probed_ms: z.number().describe('how long probes were on malloc'),
  hits: count.describe('how often they were hit'),
  cost_ms: z
    .number()
    .nullable()
    .describe('what the hits took at the price measured on this machine; null: not measured'),
};
const siteNumber = count.describe('the number of a call site; its own line comes before its first use');

/** A line of `memleak --json`, bpf/memleak's tracer. Its JSON Schema lies beside this file; test/schemas.test.ts keeps the two one. */
export const memleak = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('start'),
    tool: z.literal('memleak'),
    version: z.string(),
    schema: z.literal(1),
    kernel: z.string(),
    pid: count.describe('whom it traces, as it was told; 0: whoever a filter lets in'),
    comm: z.string(),
    at: z.string().optional().describe('when it began, by the clock on the wall, UTC'),
    options: z.strictObject({
      min_size: count,
      max_size: count.nullable(),
      sample: count.describe(
        'one byte in so many is drawn, and with it its block: sums are estimates of all blocks. 0: every block is followed',
      ),
      older_than_ms: z.number(),
      age_ms: z
        .number()
        .optional()
        .describe('of a block that proves something, where --age says it: what each answer is by'),
      interval_ms: z.number(),
      depth: count.optional().describe('frames of a stack that tell call sites apart'),
      reachable: z.boolean().optional().describe('whether it looks for who holds old blocks'),
      progressive: z.boolean(),
    }),
  }),
  z.strictObject({
    type: z.literal('attached'),
    ms: z.number().describe('how long attaching took'),
    load_ms: z.number().describe('how long the kernel took to load and verify the programs'),
    mode: z.enum(['session', 'multi', 'perf']),
    probes: z
      .array(
        z.strictObject({
          function: z.string(),
          object: z.string(),
          skipped: count.describe("bytes between the function's entry and the probe"),
        }),
      )
      .describe('none yet, where it is progressive'),
  }),
  z.strictObject({
    type: z.literal('site'),
    site: siteNumber,
    origin: z.enum(['malloc', 'mmap', 'page-faults']).describe('what its sums count: blocks, regions of mmap, pages'),
    pid: count.describe('as the tracer sees it; 0: it can’t'),
    mntns: count.describe('inode of its mount namespace'),
    comm: z.string(),
    stack: z
      .array(
        z.strictObject({
          address: z.string(),
          symbol: z.string().nullable(),
          offset: count.nullable(),
          module: z.string().nullable(),
          module_offset: count.optional().describe('where it lies in the module, as addr2line takes it'),
          build_id: z.string().optional().describe('of the module: what debuginfod finds it by'),
        }),
      )
      .describe('innermost first'),
  }),
  z
    .strictObject({
      type: z.literal('reachable'),
      at_ms: ms,
      site: siteNumber.optional(),
      asked: count.optional().describe('old blocks of this call site that were there in both looks'),
      lost: count.optional().describe('of those: nothing in the process points at them, in neither look'),
      held: count.optional(),
      unknown: count
        .optional()
        .describe('of those: found nowhere, while so much is swapped out that it was left where it is'),
      by: z
        .array(
          z.discriminatedUnion('kind', [
            z.strictObject({
              kind: z.literal('symbol'),
              symbol: z.string(),
              offset: count.describe('the lowest in it that holds one'),
              module: z.string(),
              count,
            }),
            z.strictObject({ kind: z.literal('site'), site: siteNumber, count }),
            z.strictObject({ kind: z.literal('stack'), tid: count, count }),
            z.strictObject({ kind: z.literal('register'), tid: count, count }),
            z.strictObject({
              kind: z.literal('memory'),
              module: z
                .string()
                .nullable()
                .describe('a file, or [heap], [anon]; [kernel]: what epoll or a timer gives back'),
              count,
            }),
          ]),
        )
        .max(8)
        .optional()
        .describe('who holds how many, most first; a list’s blocks are held by who holds its head'),
      looks: count.optional(),
      scanned_bytes: count.optional().describe('in all looks'),
      ms: z.number().optional().describe('that all looks took'),
      why: z
        .string()
        .optional()
        .describe('it can’t look into the process, and this is why: then there is nothing else'),
    })
    .describe('with --reachable, before the snapshot it belongs to; a line a suspect call site'),
  z.strictObject({
    type: z.literal('snapshot'),
    at_ms: ms,
    final: z.literal(true).optional(),
    rss_bytes: count.optional(),
    growth: z
      .strictObject({
        faults: count,
        mmaps: count,
        mapped_bytes: count,
        munmaps: count,
        unmapped_bytes: count,
        brk_calls: count,
      })
      .optional(),
    estimate: z
      .strictObject({ drawn: count, error_bytes: count })
      .optional()
      .describe('of a sample: blocks drawn, and two standard errors of all outstanding bytes'),
    unseen: z
      .strictObject({
        grown_bytes: count.describe('memory of its own (no file’s) that the process has gained since it is traced'),
        explained_bytes: count.describe('how much of that is outstanding by the list'),
        kept_back: z.boolean().describe('so much was given back that malloc itself may keep what is missing'),
        heap: z.string().nullable().describe('that the program has beside malloc: a language, or a function of it'),
      })
      .optional()
      .describe(
        'only of one process, and where the two part: by a quarter of what is outstanding, 32 bytes a block and 4 MiB more than that',
      ),
    sites: z.array(
      z.strictObject({
        site: siteNumber,
        outstanding_bytes: count,
        outstanding_count: count,
        allocated_bytes: count,
        freed_bytes: count,
        allocs: count,
        frees: count,
        common_size: count
          .optional()
          .describe(
            'bytes: the size of block in which most of the outstanding bytes are. Left out above 200,000 blocks',
          ),
        oldest_ms: z.number().optional().describe('age of the oldest outstanding block'),
        ended: z
          .array(z.tuple([bin, countOrPart]))
          .optional()
          .describe(
            'lives that ended since the trace began, by length: [bin, blocks]. Bin 0 is below 2^20 ns, 1+4(o-20)+s from 2^o(1+s/4) ns, 97 from 2^44 ns. A block that realloc resizes lives on',
          ),
        alive: z
          .array(z.tuple([bin, countOrPart, count]))
          .optional()
          .describe('outstanding blocks by age: [bin, blocks, bytes]'),
        longest_ended_ms: z.number().min(0).optional().describe('of the lives that ended; absent: none did'),
        last_birth_ms: z
          .number()
          .optional()
          .describe('when it last handed out a block, ms since the probes were in place'),
        answer: answer.optional().describe('what the rule says of this call site at this look'),
        drawn: count.optional().describe('of a sample: how many blocks the estimate is made from'),
        error_bytes: count.optional().describe('of a sample: two standard errors of outstanding_bytes'),
      }),
    ),
    sites_omitted: count.describe('more than --top'),
    lost: z
      .strictObject({ blocks: count, sites: count, stacks: count, calls: count, missed_frees: count })
      .describe('all 0: the numbers are exact'),
    blocks: z
      .array(
        z.strictObject({
          address: z.string(),
          bytes: count,
          born_ms: z.number(),
          site: siteNumber,
          stands_for: z.number().optional().describe('of a sample: so many blocks of the process'),
        }),
      )
      .optional()
      .describe('with --blocks'),
  }),
  z.strictObject({
    type: z.literal('stage'),
    at_ms: ms,
    stage: z.enum(['watching', 'confirming', 'pairing']),
    why: z.string(),
  }),
  z.discriminatedUnion('answer', [
    z.strictObject({
      type: z.literal('finding'),
      at_ms: ms,
      answer: z.enum(['leak', 'growing']),
      site: siteNumber,
      by: z
        .enum(['malloc', 'mmap', 'page-faults'])
        .describe(
          'what showed it; of page faults outstanding_bytes is their part of what RSS has grown by, and common_size that of a page',
        ),
      outstanding_count: count,
      outstanding_bytes: count,
      common_size: count,
      period_ms: z.number().describe('between two births; 0: not known'),
      ended: count.describe('lives that ended at that call site'),
      share: z.number().nullable().describe('of its blocks, 0 to 1, those that outlive all that ended'),
      share_error: z.number().nullable().describe('two standard errors'),
      bytes_per_second: z.number().nullable().describe('what is kept in a second'),
      bytes_per_second_error: z.number().nullable().describe('two standard errors'),
      settle_ms: z.number().nullable().describe('about how much longer would settle what is unproven'),
      ...bill,
    }),
    z.strictObject({
      type: z.literal('finding'),
      at_ms: ms,
      answer: z.literal('none'),
      floor_bytes_per_second: z.number().nullable().describe('so much could leak and hide from this; null: not known'),
      ...bill,
    }),
  ]),
  z.strictObject({ type: z.literal('exec'), at_ms: ms, pid: count }),
  z.strictObject({
    type: z.literal('cannot'),
    reason: z.enum([
      'no-process',
      'thread-id',
      'zombie',
      'first-thread-ended',
      'kernel-thread',
      '32-bit',
      'not-linked-yet',
      'no-malloc',
      'needs-root',
      'closed-files',
      'nobody',
      'no-cgroup',
      'no-command',
      'other-tracer',
      'no-probe',
      'kernel',
    ]),
    why: z.string().describe('the sentence that stands on stderr, too'),
  }),
  z.strictObject({
    type: z.literal('end'),
    at_ms: ms,
    reason: z.enum(['duration', 'signal', 'finding', 'target-exited', 'reader-gone']),
  }),
]);
