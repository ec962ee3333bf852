import * as z from 'zod';
import { count, env, lang, outcome, pace, stepRef } from './parts.ts';

/** The document of `workshop verify --json`. Its JSON Schema lies beside this file; test/schemas.test.ts keeps the two one. */
export const step = z.strictObject({
  ...stepRef,
  lang,
  env,
  tool: z.string().describe('whose output the step is judged by'),
  toolVersion: z.string().nullable(),
  outcome: outcome.describe('of the reference solution'),
  ok: z
    .boolean()
    .describe('the solution passed twice, the control was wrong on the criterion taught, the guide did as told'),
  error: z.boolean().describe('something could not be run or judged, in any of its runs'),
  skipped: z.string().optional().describe('why it did not run, where that is no failure'),
  control: z.strictObject({
    workload: z.string().describe('workload/variant'),
    outcome,
    criterion: z.string().nullable().describe('the criterion that the step teaches'),
    events: z.int().min(0).describe('pieces of evidence in its transcript; a snapshot that is not empty counts as 3'),
  }),
  asWritten: z
    .array(z.strictObject({ id: z.string().describe('in lessons/guide.yaml'), ok: z.boolean(), saw: z.string() }))
    .describe("the guide's commands, run as written"),
  begins: z
    .strictObject({ outcome, diagnosed: z.string().nullable().describe('what is wrong, of what is broken') })
    .nullable()
    .describe('the command that the learner has to change or repair, run as it stands: it must not pass'),
  mutants: z
    .strictObject({
      tried: z.int().min(0).describe('scripts that lack one line each'),
      survived: z.array(z.string()).describe('the lines that no check misses; must be empty'),
    })
    .nullable()
    .describe('the finished script less a line at a time; null for other steps, and where none were tried'),
  retried: z
    .array(z.string())
    .describe('with --retry: what was wrong with the step at first, before all its runs were run again; else empty'),
  notices: z
    .array(z.strictObject({ code: z.string(), detail: z.string(), text: z.string() }))
    .describe('of a step that is not ok: what the tool said of itself, which is why nothing was seen'),
  durationMs: z.number().min(0),
  reasons: z
    .array(z.string())
    .describe('criterion by criterion, in the language of the step; then what is wrong with it'),
  file: z.string().describe("where the step's prose begins"),
  line: z.int().min(1),
});

export const verify = z.strictObject({
  schema: z.literal('ebpf-workshop/verify/1'),
  summary: z
    .strictObject({ passed: count, failed: count, skipped: count })
    .describe(
      'of `steps`: a step counts once for each language it was judged in, and what was left behind as a failure',
    ),
  machine: z.strictObject({
    kernel: z.string(),
    arch: z.string(),
    node: z.string(),
    pace,
    env,
    tools: z.record(z.string(), z.string().nullable()),
  }),
  timings: z.strictObject({
    totalMs: z.number().min(0),
    provisionMs: z.number().min(0).describe('summed over all labs; they run side by side'),
    runs: z.int().min(1),
  }),
  leftovers: z.array(z.string()).describe('what was left behind; must be empty'),
  steps: z.array(step).min(1),
});

export type VerifyDocument = z.infer<typeof verify>;
export type StepReport = z.infer<typeof step>;
