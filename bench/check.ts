// From evidence to outcome: the last line of a run arrives, and the check has an answer.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import calls from '../lessons/03-bpftrace-calls/steps.ts';
import pairing from '../lessons/04-pairing/steps.ts';
import trend from '../lessons/05-trend-and-ratio/steps.ts';
import type { Lab } from '../runner/model/lab.ts';
import type { Ending } from '../runner/model/place.ts';
import { loadWorkload, truthOf } from '../runner/environments/workload.ts';
import { factsOf } from '../runner/lesson/facts.ts';
import { root } from '../runner/paths.ts';
import { check, run } from '../runner/session/attempt.ts';
import { live } from '../runner/terminal/live.ts';
import { words } from '../runner/words/index.ts';
import { styleFor } from '../runner/terminal/style.ts';
import { tools } from '../runner/tools/index.ts';
import { type Most, report } from './lib/figures.ts';
import { BARE, bare, learner, succeeding, whole, workshop } from './lib/processes.ts';
import { type Contender, interleaved } from './lib/rounds.ts';

const ROUNDS = 20;
const TARGET: Most = { ms: 1000 };
/** What a run of days might leave; at 200,000 pieces of evidence no more is kept. */
const MANY = 190_000;

const steps = [calls, pairing, trend].flatMap((lesson) => lesson.steps.map((step) => ({ lesson, step })));
const find = (id: string) => steps.find(({ step }) => step.id === id) as (typeof steps)[number];
const recording = (name: string): string =>
  readFileSync(join(root, 'test/fixtures/output/bpftrace/0.23.2', `${name}.txt`), 'utf8');

/** A terminal that shows nothing. */
const screen = { isTTY: true, columns: 80, write: () => true } as unknown as NodeJS.WriteStream;

/** A lab whose place runs nothing: what a tool would print is written to `output`. */
function fakeLab(pid: number): { lab: Lab; output: PassThrough } {
  const libc = '/libc.so.6';
  const output = new PassThrough();
  const ended = once(output, 'end').then((): Ending => ({ code: 0, signal: null, timedOut: false, error: null }));
  const lab: Lab = {
    id: 'fake',
    environment: 'host',
    runs: (tool) => tool,
    spec: { workload: 'stealth-leaker', variant: 'leaker', pace: 'fast', lifetime: 'session' },
    target: {
      pid,
      startTime: '1',
      innerPid: pid,
      comm: 'stealth-leaker',
      libc,
      healthPort: 1,
      metricsPort: 2,
      logFile: '/log',
      startedAt: 0,
      kube: null,
    },
    place: {
      exec: () => ({ output, ended, stop: async () => {} }),
      which: async () => null,
      env: () => ({}),
    },
    truth: truthOf(loadWorkload('stealth-leaker'), 'fast'),
    typed: (argv, where) => ({ argv: [...argv], elevated: where !== 'pod' }),
    subjects: async () => ({ pid, innerPid: pid, libc, owns: () => true }),
    health: async () => ({ ok: true, reason: null }),
    allocated: async () => 0,
    allocations: async () => {},
    require: async () => true,
    down: async () => {},
  };
  return { lab, output };
}

/** Times a learner's own run from its last line, which arrives once all before it has been read, to the outcome. */
function lastLine(name: string, id: string, text: string): Contender {
  const { step } = find(id);
  if (step.kind === 'question') throw new Error(`${id} runs nothing`);
  const pid = Number(/^PID (\d+)/m.exec(text)?.[1]);
  const cut = text.trimEnd().lastIndexOf('\n') + 1;
  return {
    name,
    async time() {
      const { lab, output } = fakeLab(pid);
      const view = live(screen, words('en'), styleFor(screen, {}));
      const running = run(lab, step.solution(factsOf(lab)), tools[step.reads], {
        onChunk: view.chunk,
        onEvidence: view.evidence,
      });
      output.write(text.slice(0, cut));
      await new Promise((resolve) => setTimeout(resolve, 5));
      const began = performance.now();
      output.end(text.slice(cut));
      const { evidence } = await running;
      view.end();
      const outcome = await check(step, lab, evidence);
      const ms = performance.now() - began;
      if (outcome.kind !== 'pass') throw new Error(`${id} is ${outcome.kind}: ${JSON.stringify(outcome)}`);
      return ms;
    },
  };
}

/** A service that keeps every block, for as long as it takes to keep so many. */
const keeping = (blocks: number): string =>
  `PID 1: watching malloc and free\n${Array.from({ length: blocks }, (_, i) => `${300 * i} ms + 0x${(0x7f0000000010 + i * 0x101000).toString(16)} 1048576\n        memory_leak_thread+71\n`).join('')}`;

const recorded = {
  'mmap-calls': 'mmap-calls',
  'malloc-calls': 'malloc-calls',
  'who-calls': 'malloc-stacks',
  pair: 'outstanding-leaker',
  'how-old': 'aged-leaker',
  trend: 'trend',
  ratio: 'ratio-leaker',
};
const { env, end } = learner();
try {
  const { target } = JSON.parse((await succeeding(workshop('up', '--pace', 'fast', '--json'), env)).out) as Pick<
    Lab,
    'target'
  >;
  // Recorded of another process: its pid is all that makes it another one's.
  const text = recording('malloc-calls').replace(/\bPID \d+/g, `PID ${target.pid}`);
  const contenders = [
    ...Object.entries(recorded).map(([id, name]) => lastLine(id, id, recording(name))),
    lastLine(`pair, ${MANY / 1000}k blocks`, 'pair', keeping(MANY)),
    whole('workshop check < file', workshop('check', `${calls.id}/malloc-calls`), env, text),
  ];
  const times = await interleaved(ROUNDS, [bare(env), ...contenders]);
  process.stdout.write(report(times, BARE, new Map(contenders.map(({ name }) => [name, TARGET]))));
} finally {
  await succeeding(workshop('down', '--all'), env);
  end();
}
