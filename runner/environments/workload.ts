import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { WorkshopError } from '../errors.ts';
import { KEEPS, type Truth } from '../evidence/model.ts';
import { root } from '../paths.ts';
import type { LabSpec, Pace } from '../model/lab.ts';

const text = z.strictObject({ ko: z.string(), en: z.string() });

/** Other builds of a workload, as its Makefile names them; each lies in a folder of its name, since a process is called as its file. */
export const BUILDS = ['static', 'static-stripped', 'no-frame-pointers'] as const;

export type Build = (typeof BUILDS)[number];

/** A number from the first to the last, drawn for each lab. */
const drawnNumber = z.tuple([z.int().positive(), z.int().positive()]);

const overrides = z.strictObject({
  build: z.enum(BUILDS).optional(),
  leak: z.enum(['on', 'off', 'held']).optional(),
  /** How many periods a block is kept that is given back. */
  keptPeriods: drawnNumber.optional(),
  /** Of so many blocks one is lost all the same. */
  oneIn: z.int().positive().optional(),
  /** What becomes of its blocks, where a lesson asks that. */
  keeps: z.enum(KEEPS).optional(),
  /** It is one of these variants, by the lab's seed. */
  draws: z.array(z.string()).min(1).optional(),
  blockBytes: z.int().positive().optional(),
  /** By so much each block is larger than the last. */
  stepBytes: z.int().positive().optional(),
  /** Of the requests that the service serves besides, each freed at once. */
  requestBytes: z.int().positive().optional(),
  periodFactor: z.number().positive().optional(),
  site: z.string().optional(),
  mmapThreshold: z.int().positive().optional(),
  arenas: z.int().positive().optional(),
  /** In Kubernetes, what the container may use at most. */
  memoryLimit: z.string().optional(),
});

const schema = z.strictObject({
  name: z.string(),
  summary: text,
  binary: z.string(),
  /** Which environment variable carries each setting. */
  settings: z.record(z.string(), z.string()),
  truth: z.strictObject({
    leaks: z.boolean(),
    call: z.string(),
    function: z.string(),
    blockBytes: z.int().positive(),
    periodMs: z.int().positive(),
    capBytes: z.int().positive(),
  }),
  paces: z.strictObject({ real: z.strictObject({ periodMs: z.int() }), fast: z.strictObject({ periodMs: z.int() }) }),
  variants: z.record(z.string(), overrides),
});

export type Workload = z.infer<typeof schema>;
type Variant = z.infer<typeof overrides>;

/** Reads workloads/NAME/workload.yaml; a mistake in it is a fault of ours and says where. */
export function loadWorkload(name: string): Workload {
  const file = join('workloads', name, 'workload.yaml');
  const invalid = (detail: string) => new WorkshopError('lesson.invalid', { file, detail });
  let value: unknown;
  try {
    value = parse(readFileSync(join(root, file), 'utf8'));
  } catch (error) {
    throw invalid((error as Error).message);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
  return parsed.data;
}

/** The variant that a lab really runs, by its seed. Seeds that follow one another go through all that may be drawn. */
export function variantFor(workload: Workload, variant: string, seed = 0): Variant {
  const over = workload.variants[variant];
  if (!over)
    throw new WorkshopError('lesson.invalid', {
      file: `workloads/${workload.name}/workload.yaml`,
      detail: `no variant ${variant}`,
    });
  return over.draws ? variantFor(workload, over.draws[seed % over.draws.length] as string) : over;
}

/** What a lab draws from where nobody names a seed. `WORKSHOP_SEED` brings one back. */
export const aSeed = (): number => Number(process.env.WORKSHOP_SEED) || randomInt(2 ** 31);

/** The seed of a lab of this variant; undefined where nothing is drawn. */
export const seedOf = (workload: Workload, { variant, seed }: Pick<LabSpec, 'variant' | 'seed'>): number | undefined =>
  workload.variants[variant]?.draws ? (seed ?? aSeed()) : undefined;

/** What the reference workload does at this pace: the numbers that every expectation is made from. */
export function truthOf(workload: Workload, pace: Pace, variant = 'leaker', seed?: number): Truth {
  const { keeps } = variantFor(workload, variant, seed);
  return {
    workload: workload.name,
    ...workload.truth,
    periodMs: workload.paces[pace].periodMs,
    ...(keeps ? { keeps } : {}),
  };
}

/** The build that a variant runs; undefined for the usual one. */
export const buildOf = (workload: Workload, variant: string): Build | undefined => workload.variants[variant]?.build;

/** The environment variables that make a variant run at a pace. */
export function settingsOf(workload: Workload, variant: string, pace: Pace, seed = 0): Record<string, string> {
  const over = variantFor(workload, variant, seed);
  // Of another digit of the seed than the one that chose.
  const between = ([from, to]: readonly [number, number]) =>
    from + (Math.floor(seed / (workload.variants[variant]?.draws?.length ?? 1)) % (to - from + 1));
  const values: Record<string, string | number | undefined> = {
    periodMs: Math.round(workload.paces[pace].periodMs * (over.periodFactor ?? 1)),
    capBytes: workload.truth.capBytes,
    blockBytes: over.blockBytes ?? workload.truth.blockBytes,
    stepBytes: over.stepBytes,
    requestBytes: over.requestBytes,
    leak: over.leak ?? 'on',
    keptPeriods: over.keptPeriods && between(over.keptPeriods),
    oneIn: over.oneIn,
    site: over.site ?? workload.truth.function,
    mmapThreshold: over.mmapThreshold,
    arenas: over.arenas,
  };
  const env: Record<string, string> = {};
  for (const [setting, value] of Object.entries(values)) {
    const name = workload.settings[setting];
    if (name && value !== undefined) env[name] = String(value);
  }
  return env;
}
