// Whether the floor that a verdict prints is true: programs of the corpus that lose next to nothing, or nothing, under our tracer
// with its look into the process, each from another seed; how many of those of which it says "no leak" lose more than it says
// could hide. Needs root (or sudo) and cc. `--runs=200`, `--seconds=20`, `--beside=20` at once, `--keep=DIR` keeps what was
// recorded, `--from=DIR` judges that without tracing.
import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { judgement } from '../runner/evidence/judgement.ts';
import { builtCorpus } from './lib/corpus.ts';
import { quantile, table } from './lib/figures.ts';
import { falseAt, type FloorRun } from './lib/floors.ts';
import { interrupted as signal } from './lib/interrupt.ts';
import { option } from './lib/option.ts';
import { evidenceOf } from './lib/looks.ts';
import { scratch } from './lib/programs.ts';
import { record, recordingsIn } from './lib/recording.ts';
import { madeTracer } from './lib/tracer.ts';

/** The share of runs whose floor may be false: it is said of 95 in 100. */
const MOST_FALSE = 0.05;
/** What loses less than a short look can tell: half of all runs. */
const LOSING = 'lost-rarely';

const runs = Number(option('runs') ?? 200);
const seconds = Number(option('seconds') ?? 20);
const beside = Number(option('beside') ?? 20);
const from = option('from');

setMaxListeners(0, signal);
const { dir, end } = scratch();
try {
  const into = from ?? option('keep') ?? join(dir, 'recordings');
  if (from === undefined) await recordAll(into);
  const judged = await judgedIn(into);
  process.stdout.write(`${report(judged).join('\n')}\n`);
} catch (error) {
  signal.throwIfAborted();
  throw error;
} finally {
  end();
}

async function recordAll(into: string): Promise<void> {
  const unmade = await madeTracer(signal);
  if (unmade !== null) throw new Error(unmade);
  const corpus = builtCorpus(join(dir, 'build'));
  // A program that becomes another one is another one's run.
  const healthy = corpus.kinds.filter((kind) => !/^(?:lost|held)-|^restart$/.test(kind));
  const all = Array.from({ length: runs }, (_, i) => ({
    kind: i % 2 === 0 ? LOSING : (healthy[((i - 1) / 2) % healthy.length] as string),
    seed: 1000 + i,
  }));
  for (let at = 0; at < all.length; at += beside) {
    signal.throwIfAborted();
    const programs = all.slice(at, at + beside);
    const why = await record({ corpus, watching: 'reachable', programs, seconds, into, dir, signal });
    if (why !== null) throw new Error(why);
    process.stderr.write(`${at + programs.length} of ${all.length} programs\n`);
  }
}

async function judgedIn(folder: string): Promise<FloorRun[]> {
  const all: FloorRun[] = [];
  for (const recording of recordingsIn(folder)) {
    signal.throwIfAborted();
    const { answer, verdict } = judgement(await evidenceOf(recording));
    all.push({ truth: recording.truth, answer, floor: verdict?.floorBytesPerSecond ?? null });
  }
  if (all.length === 0) throw new Error('nothing was recorded');
  return all;
}

function report(all: readonly FloorRun[]): string[] {
  const silent = all.filter((r) => r.answer === 'none' && r.floor !== null);
  const losing = silent.filter((r) => r.truth.bytesPerSecond > 0);
  const wrong = falseAt(silent, 1);
  const share = wrong / silent.length;
  const met = share <= MOST_FALSE;
  if (!met) process.exitCode = 1;
  const floors = silent.map((r) => r.floor as number);
  return table([
    ['the floor', ''],
    ['runs', `${all.length}`],
    ['that say "no leak", and a floor', `${silent.length}`],
    ['of those, that lose something', `${losing.length}`],
    ['floor, median of them', `${quantile(floors, 0.5).toFixed(0)} B/s`],
    [
      'false: more is lost',
      `${wrong} (${(100 * share).toFixed(1)} %)  ≤ ${100 * MOST_FALSE} %  ${met ? 'met' : 'MISSED'}`,
    ],
    // What the check would say of a floor that promises more than it can.
    ['would be false of a tenth of it', `${falseAt(silent, 0.1)}`],
    ['of a hundredth', `${falseAt(silent, 0.01)}`],
  ]);
}
