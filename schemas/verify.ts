import * as z from 'zod';
import { ENVIRONMENTS } from '../runner/environments/index.ts';

/** The document of `workshop verify --json`. Its JSON Schema lies beside this file; test/schemas.test.ts keeps the two one. */
export const step = z.strictObject({
  lesson: z.string(),
  step: z.string(),
  lang: z.enum(['ko', 'en']),
  env: z.enum(ENVIRONMENTS),
  tool: z.string().describe('whose output the step is judged by'),
  toolVersion: z.string().nullable(),
  outcome: z.enum(['pass', 'not yet', 'wrong', 'blocked', 'broken']).describe('of the reference solution'),
  ok: z
    .boolean()
    .describe('the solution passed twice, the control was wrong on the criterion taught, the guide did as told'),
  error: z.boolean().describe('something could not be run or judged, in any of its runs'),
  control: z.strictObject({
    workload: z.string().describe('workload/variant'),
    outcome: z.enum(['pass', 'not yet', 'wrong', 'blocked', 'broken']),
    criterion: z.string().nullable().describe('the criterion that the step teaches'),
    events: z.int().min(0).describe('pieces of evidence in its transcript; a snapshot that is not empty counts as 3'),
  }),
  asWritten: z
    .array(z.strictObject({ id: z.string().describe('in lessons/guide.yaml'), ok: z.boolean(), saw: z.string() }))
    .describe("the guide's commands, run as written"),
  durationMs: z.number().min(0),
  reasons: z
    .array(z.string())
    .describe('criterion by criterion, in the language of the step; then what is wrong with it'),
  file: z.string().describe("where the step's prose begins"),
  line: z.int().min(1),
});

export const verify = z.strictObject({
  schema: z.literal('ebpf-workshop/verify/1'),
  summary: z.strictObject({ passed: z.int().min(0), failed: z.int().min(0), skipped: z.int().min(0) }),
  machine: z.strictObject({
    kernel: z.string(),
    arch: z.string(),
    node: z.string(),
    pace: z.enum(['real', 'fast']),
    env: z.enum(ENVIRONMENTS),
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
