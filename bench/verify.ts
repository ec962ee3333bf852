// `verify` of all lessons for real, and where its time goes. Needs what verify needs: root (or sudo) and bpftrace.
import { availableParallelism } from 'node:os';
import type { Document } from '../runner/verify/report.ts';
import { table } from './lib/figures.ts';
import { learner, node, workshop } from './lib/processes.ts';
import { interrupted } from './lib/rounds.ts';

/** On two cores, with nothing built and nothing remembered from before. */
const TARGET_S = 150;

/** The document has no times of single runs; the log has a line for each, without words. */
const RUN = /^\s*\d+\/\d+\s+([\d.]+) s\s+(\S+?)\/(\S+)/;

interface Timed {
  lesson: string;
  run: string;
  ms: number;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const sum = (runs: readonly Timed[]): number => runs.reduce((n, { ms }) => n + ms, 0);
const slowest = (runs: readonly Timed[]): Timed => [...runs].sort((a, b) => b.ms - a.ms)[0] as Timed;

const { env, end } = learner();
try {
  const began = performance.now();
  /** When the first run may start, and when the last one had ended. */
  let [ready, ran] = [0, 0];
  const runs: Timed[] = [];
  const onLine = (line: string) => {
    const [, took, lesson = '', run = ''] = RUN.exec(line) ?? [];
    if (took === undefined) {
      // What is said last before the first run is that runs begin.
      if (runs.length === 0) ready = performance.now() - began;
      return;
    }
    ran = performance.now() - began;
    runs.push({ lesson, run, ms: 1000 * Number(took) });
  };
  const { ms, code, out, err } = await node(workshop('verify', '--env', 'host', '--pace', 'fast', '--json'), env, {
    onLine,
  });
  interrupted.throwIfAborted();
  if (out === '' || runs.length === 0) throw new Error(`verify ended with ${code} and no document:\n${err}`);
  const { summary, timings } = JSON.parse(out) as Document;

  const share = (part: number) => `${((100 * part) / ms).toFixed(0)} %`;
  const met = summary.failed === 0 && ms <= 1000 * TARGET_S;
  const lines = table([
    ['verify, all lessons, ko and en', seconds(ms), `≤ ${TARGET_S} s`, met ? 'met' : 'MISSED'],
    ['  start, preflight, first build', seconds(ready), share(ready)],
    ['  runs, side by side', seconds(ran - ready), share(ran - ready)],
    ['  judging and reporting', seconds(ms - ran), share(ms - ran)],
  ]);
  const busy = table([
    [`${timings.runs} runs, one after another`, seconds(timings.provisionMs + sum(runs)), 'slowest'],
    ['  labs being started', seconds(timings.provisionMs), ''],
    ...[...new Set(runs.map(({ lesson }) => lesson))].sort().map((lesson) => {
      const of = runs.filter((r) => r.lesson === lesson);
      const most = slowest(of);
      return [`  ${lesson}, ${of.length} runs`, seconds(sum(of)), `${most.run}  ${seconds(most.ms)}`];
    }),
  ]);
  const sideBySide = (timings.provisionMs + sum(runs)) / (ran - ready);
  process.stdout.write(`${[...lines, '', ...busy, ''].join('\n')}
${summary.passed} passed, ${summary.failed} failed; ${sideBySide.toFixed(1)} runs at once on ${availableParallelism()} cores.
`);
  if (summary.failed > 0) {
    process.stderr.write(err);
    process.exitCode = 1;
  }
} finally {
  end();
}
