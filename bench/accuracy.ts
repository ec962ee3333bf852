// Whether our tracer is right: what it says is outstanding, and each workload's own ledger, block by block.
// `--only=mix,fork,sampled` runs these workloads.
import { type Accuracy, accuracy, WORKLOADS, type WorkloadName } from './lib/accuracy.ts';
import { table } from './lib/figures.ts';
import { interrupted } from './lib/interrupt.ts';
import { sampling } from './lib/sampled.ts';
import { madeTracer } from './lib/tracer.ts';

/** Ways to attach; a kernel may have one only. */
const MODES = ['session', 'multi', 'perf'] as const;

const SAMPLED_RUNS = 100;
/** Fewer than this of a hundred come about once in a few hundred times, where 95 are right. */
const LEAST_WITHIN = 89;

const HEAD = ['made', 'blocks', 'bytes', 'missing', 'ghosts', 'wrong size', 'wrong age', 'wrong sites', 'lost', ''];
const faults = ({ missing, ghosts, wrongSize, wrongAge, sites, lost }: Accuracy): number[] => [
  missing,
  ghosts,
  wrongSize,
  wrongAge,
  sites,
  lost,
];
const exact = (seen: Accuracy): boolean => seen.blocks > 0 && faults(seen).every((n) => n === 0);

const only = process.argv
  .find((arg) => arg.startsWith('--only='))
  ?.slice('--only='.length)
  .split(',');
const names = (Object.keys(WORKLOADS) as WorkloadName[]).filter((name) => only?.includes(name) ?? true);

const missing = await madeTracer(interrupted);
if (missing !== null) throw new Error(missing);

let [runs, wrong] = [0, 0];
for (const mode of MODES) {
  const rows: string[][] = [];
  const died: string[] = [];
  for (const name of names) {
    interrupted.throwIfAborted();
    const { what } = WORKLOADS[name];
    const seen = await accuracy(name, { args: ['--attach', mode], signal: interrupted }).catch((error: Error) => error);
    if (seen instanceof Error) {
      interrupted.throwIfAborted();
      // What dies while it is watched is the worst of all: the others are still worth knowing.
      wrong++;
      died.push(`${what}: ${seen.message}`);
      rows.push([what, ...HEAD.slice(1).map(() => ''), 'FAILED']);
      continue;
    }
    if ('lacks' in seen) {
      rows.push([what, ...HEAD.slice(1).map(() => ''), `${seen.lacks} is not here`]);
      continue;
    }
    if ('refused' in seen) {
      // That this kernel has no sessions is no fault; anything else is.
      if (seen.code !== 4) throw new Error(`memleak --attach ${mode}: ${seen.refused}`);
      process.stdout.write(`--attach ${mode} is not here: ${seen.refused}\n\n`);
      break;
    }
    runs++;
    if (!exact(seen)) wrong++;
    rows.push([
      what,
      ...[seen.made, seen.blocks, seen.bytes, ...faults(seen)].map((n) => n.toLocaleString('en')),
      exact(seen) ? 'exact' : 'WRONG',
    ]);
  }
  if (rows.length > 0)
    process.stdout.write(`${[...table([[`--attach ${mode}`, ...HEAD], ...rows]), ...died].join('\n')}\n\n`);
}
if (only?.includes('sampled') ?? true) {
  const seen = await sampling(SAMPLED_RUNS, interrupted);
  if ('refused' in seen) throw new Error(`memleak --sample: ${seen.refused}`);
  runs++;
  // The mean within three standard errors of its own; 95 in a hundred are to be expected, give or take what a hundred runs leave to chance.
  const right = seen.within >= LEAST_WITHIN && Math.abs(seen.ratio - 1) <= (1.5 * seen.error) / Math.sqrt(seen.runs);
  if (!right) wrong++;
  const percent = (n: number) => `${(100 * n).toFixed(2)} %`;
  process.stdout.write(
    `${table([
      ['--sample 4096', 'runs', 'truth within 2 σ', 'told of what there is', '2 σ', 'drawn', ''],
      [
        'realloc under sampling',
        String(seen.runs),
        String(seen.within),
        percent(seen.ratio),
        percent(seen.error),
        seen.drawn.toFixed(0),
        right ? 'right' : 'WRONG',
      ],
    ]).join('\n')}\n\n`,
  );
}
process.stdout.write(
  'A ledger without malloc against a snapshot taken while no thread allocates. Blocks and bytes are the ledger’s, of all visits.\n',
);
if (runs === 0 || wrong > 0) process.exitCode = 1;
