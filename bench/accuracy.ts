// Whether our tracer is right: what it says is outstanding, and each workload's own ledger, block by block.
// `--only=mix,fork` runs these workloads.
import { type Accuracy, accuracy, WORKLOADS, type WorkloadName } from './lib/accuracy.ts';
import { table } from './lib/figures.ts';
import { interrupted } from './lib/interrupt.ts';
import { madeTracer } from './lib/tracer.ts';

/** Ways to attach; a kernel may have one only. */
const MODES = ['session', 'multi', 'perf'] as const;

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
process.stdout.write(
  'A ledger without malloc against a snapshot taken while no thread allocates. Blocks and bytes are the ledger’s, of all visits.\n',
);
if (runs === 0 || wrong > 0) process.exitCode = 1;
