import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadWorkload, settingsOf, truthOf } from '../../runner/environments/workload.ts';
import { match, type Outcome } from '../../runner/evidence/match.ts';
import type { Evidence, Truth } from '../../runner/evidence/model.ts';
import { display } from '../../runner/lesson/commands.ts';
import { type LabFacts, type Lesson, variantOf } from '../../runner/lesson/define.ts';
import { loadLesson } from '../../runner/lesson/load.ts';
import { tools } from '../../runner/tools/index.ts';
import { removeTracer, tracerOf } from './roots.ts';
import { root } from './world.ts';

/** Scripts that boot a distribution's own kernel under emulation: `build SUITE` and `run SUITE COMMAND`. */
const vm = process.env.WORKSHOP_VM ?? '';
const run = promisify(execFile);

/** A program runs ten to twenty times slower in there: blocks come less often than at the fast pace. */
const PERIOD_MS = 600;
const workload = loadWorkload('stealth-leaker');
const truth: Truth = { ...truthOf(workload, 'fast'), periodMs: PERIOD_MS };

const tickMs = 2 * PERIOD_MS;
/** What steps know of the lab in there; its pid and libc are known only there. */
const facts: LabFacts = {
  pid: 0,
  libc: 'LIBC_',
  healthPort: 0,
  metricsPort: 0,
  logFile: '',
  periodMs: PERIOD_MS,
  blockBytes: truth.blockBytes,
  tickMs,
  lasting: (blocks) => Math.ceil((blocks * PERIOD_MS) / tickMs) * tickMs + tickMs / 2,
  sleep: (periods) => String((periods * PERIOD_MS) / 1000),
  bccMemleak: 'memleak-bpfcc',
  mallocstacks: './bpf/mallocstacks',
  release: '',
  memleak: './memleak',
  inspektor: false,
  ig: '',
  gadgetImage: '',
  kube: null,
  typed: (argv, where) => ({ argv: [...argv], elevated: where !== 'pod' }),
  script: (name) => `bpf/${name}`,
};

interface Trial {
  name: string;
  lesson: Lesson;
  step: Exclude<Lesson['steps'][number], { kind: 'question' }>;
  variant: string;
  command: (release: string) => string;
  control: boolean;
}

const trials: Trial[] = [];
/** Of the clinic what needs neither another build of the service nor its log; of the gadget what needs no compiler. */
const SOME: Record<string, string[]> = {
  '08-inspektor-gadget': ['trace', 'only-big'],
  '10-clinic': ['not-permitted', 'by-its-pid'],
  '11-what-tracing-costs': ['page-faults', 'progressive', 'no-probe'],
};
for (const id of [
  '03-bpftrace-calls',
  '04-pairing',
  '05-trend-and-ratio',
  '06-bcc-memleak',
  '07-bcc-mallocstacks',
  ...Object.keys(SOME),
]) {
  const lesson = await loadLesson(id);
  for (const step of lesson.steps) {
    if (step.kind === 'question' || step.reads === 'system' || (SOME[id] && !SOME[id].includes(step.id))) continue;
    const typed = (command: typeof step.solution) => (release: string) =>
      display(command({ ...facts, release, pid: 'PID_' as never }));
    trials.push({
      name: `${id}_${step.id}`,
      lesson,
      step,
      variant: variantOf(lesson, step),
      command: typed(step.solution),
      control: false,
    });
    trials.push({
      name: `${id}_${step.id}_control`,
      lesson,
      step,
      variant: step.control.variant,
      command: typed(step.control.run ?? step.solution),
      control: true,
    });
  }
}

const settings = (variant: string): string =>
  Object.entries(
    settingsOf({ ...workload, paces: { ...workload.paces, fast: { periodMs: PERIOD_MS } } }, variant, 'fast'),
  )
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

const built: string[] = [];
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-kernels-'));
});
afterAll(() => {
  for (const tracer of built) removeTracer(tracer);
  rmSync(dir, { recursive: true, force: true });
});

// Both boot at once: each has one processor, and this machine two.
describe.concurrent.each([
  ['bookworm', '6.1'],
  ['trixie', '6.12'],
])('on the kernel of Debian %s', (suite, kernel) => {
  const out = () => join(dir, suite);
  let said: string;
  beforeAll(async () => {
    await run(join(vm, 'build'), [suite], { env: { ...process.env, PKGS: 'make' } });
    // Our tracer as this distribution's packages build it, and not on it: there it would take minutes.
    const tracer = tracerOf(suite, root);
    built.push(tracer);
    const files = ['test/e2e/kernels.sh', 'bpf', 'workloads/stealth-leaker'].map((f) => join(root, f));
    const plan = join(dir, kernel, 'plan');
    mkdirSync(join(dir, kernel));
    const boot = async (some: Trial[]) => {
      writeFileSync(plan, some.map((t) => `${t.name}\t${settings(t.variant)}\t${t.command(kernel)}\n`).join(''));
      const env = { ...process.env, FILES: [...files, tracer, plan].join(' '), OUT: out(), LIMIT: '1200' };
      return (await run(join(vm, 'run'), [suite, 'uname -r; exec ./kernels.sh plan'], { env, maxBuffer: 1 << 26 }))
        .stdout;
    };
    said = await boot(trials);
    // Where this machine had no time for an emulated one, a service there does not allocate as it should.
    const failing: Trial[] = [];
    for (const trial of trials) if (!asItShould(trial, await judged(trial))) failing.push(trial);
    if (failing.length === 0 || failing.length > trials.length / 4) return;
    process.stderr.write(`Tried again on ${kernel}: ${failing.map((t) => t.name).join(', ')}\n`);
    await boot(failing);
  }, 1_800_000);

  /** What the check says of what was printed in there. */
  const judged = async ({ name, step }: Trial): Promise<{ outcome: Outcome; text: string }> => {
    const [pidFile, printed] = [join(out(), `${name}.pid`), join(out(), `${name}.txt`)];
    const none: Outcome = { kind: 'broken', criteria: [], notices: [] };
    if (!existsSync(pidFile)) return { outcome: none, text: said };
    const pid = Number(readFileSync(pidFile, 'utf8'));
    const text = readFileSync(printed);
    const evidence: Evidence[] = [];
    for await (const e of tools[step.reads].read(bytes(text))) evidence.push(e);
    const subjects = { pid, innerPid: pid, libc: '', owns: null };
    return { outcome: match(step.expect, { evidence, truth, subjects }), text: text.subarray(0, 4000).toString() };
  };

  test('it is that kernel', () => {
    expect(said).toMatch(new RegExp(`^${kernel.replace('.', '\\.')}\\.`));
  });

  test.each(
    trials.map((t) => [t.control ? `${t.name} is wrong on what the step teaches` : `${t.name} passes`, t] as const),
  )('%s', async (_, trial) => {
    const { outcome, text } = await judged(trial);
    expect(asItShould(trial, { outcome }), `${text}\n${JSON.stringify(outcome, null, 1)}`).toBe(true);
  });
});

/** A solution passes; a control is wrong on what the step teaches. */
const asItShould = ({ control }: Trial, { outcome }: { outcome: Outcome }): boolean =>
  control
    ? outcome.kind === 'wrong' && outcome.criteria.find((c) => c.teaches)?.state === 'unmet'
    : outcome.kind === 'pass';

async function* bytes(text: Uint8Array): AsyncGenerator<Uint8Array> {
  yield text;
}
