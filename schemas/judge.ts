import * as z from 'zod';
import { answer as answers, count, judged, lang, unlooked } from './parts.ts';

const answer = answers.nullable().describe('growing: unproven; none: no leak seen; null: what came back is not in it');

/** The document of `workshop judge --json`. Its JSON Schema lies beside this file; test/schemas.test.ts keeps the two one. */
export const judge = z.strictObject({
  schema: z.literal('ebpf-workshop/judge/1'),
  lang,
  file: z.string().nullable().describe('null: standard input'),
  tool: z.string().describe('whose output it was read as'),
  pids: z.array(count).describe('processes that the transcript names'),
  answer,
  basis: z
    .enum(['lives', 'blocks', 'sums', 'one-look', 'requests', 'nothing'])
    .describe(
      'what there was to judge: the lives of blocks as the tool counted them, each block, sums at several moments or at one, requests without what came back',
    ),
  looks: count.describe('lists, or moments'),
  observedMs: z.number().nullable().describe('null: the transcript bears no times that would tell'),
  settleMs: z
    .number()
    .nullable()
    .describe('growing: about how much longer a look would settle it; null: time does not'),
  floorBytesPerSecond: z
    .number()
    .nullable()
    .describe('none: what leaks less than this would not have shown; null: it cannot be said'),
  unlooked,
  limit: z
    .strictObject({ bytes: count, usedBytes: count, reachedInMs: count })
    .nullable()
    .describe('with --limit: when it is reached; null: not asked, or nothing leaks at a pace that is known'),
  sites: z
    .array(
      z.strictObject({
        answer,
        function: z.string().nullable().describe('the call site’s name; null where no frame of the program has one'),
        stack: z.array(z.string().nullable()).describe('names, innermost first; null: a frame without one'),
        modules: z.array(z.string().nullable()).describe('the file of each frame, where the tool prints it'),
        blocks: z.number().min(0),
        bytes: z.number().min(0),
        ...judged,
      }),
    )
    .describe('leaking ones first, by what they leak in a second; then by bytes'),
  sitesOmitted: count,
  notices: z
    .array(z.strictObject({ kind: z.literal('notice'), code: z.string(), detail: z.string() }))
    .describe('what the tool said about itself, and what could not be used'),
});
