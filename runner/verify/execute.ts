import { diskError } from '../disk.ts';
import type { WorkshopError } from '../errors.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { match } from '../evidence/match.ts';
import type { Environment } from '../model/environment.ts';
import type { Pace } from '../model/lab.ts';
import type { Evidence, Subjects, Truth } from '../evidence/model.ts';
import { factsOf } from '../lesson/facts.ts';
import { run as runInLab } from '../session/attempt.ts';
import { equip } from '../session/equip.ts';
import { tools } from '../tools/index.ts';
import type { Run } from './plan.ts';
import { passes, type Result } from './result.ts';

/** What a run leaves behind is counted by this, and must be nothing. */
export type Leftover = string;

export interface Execution {
  results: Map<string, Result>;
  leftovers: Leftover[];
}

/** How many tools run at once, most in a lab of its own: each waits for evidence most of its time. A node has room for one more. */
const SIDE_BY_SIDE = 6;

/** Of what a command has printed, so much is searched for what ends it, characters. */
const LOOKED_AT = 20_000;

/** A process that was killed may be seen for a moment, ms. */
const SETTLING_MS = 1000;

/** Executes runs side by side, but for those that go alone, each in a fresh lab of its own, so that no two malloc tracers share a target. */
export async function execute(
  runs: Run[],
  environment: Environment,
  pace: Pace,
  options: {
    signal?: AbortSignal;
    onDone?: (result: Result) => void;
    /** Once all have run: which are to run again, one at a time, whatever they have left so far. */
    again?: (results: ReadonlyMap<string, Result>) => Run[];
    leftovers: () => Promise<Leftover[]>;
  },
): Promise<Execution> {
  const results = new Map<string, Result>();
  const queue = [...runs];
  let full: Error | null = null;
  const oneRun = async (run: Run) => {
    const result = await one(run, environment, pace, options.signal);
    if (result instanceof Error) {
      // Every other run would meet the same disk.
      full ??= result;
      queue.length = 0;
      return;
    }
    results.set(run.key, result);
    options.onDone?.(result);
    if (run.onPass && passes(result) && !options.signal?.aborted) await oneRun(run.onPass);
  };
  const oneByOne = async (which: (run: Run) => boolean) => {
    while (queue[0] && which(queue[0]) && !options.signal?.aborted) await oneRun(queue.shift() as Run);
  };
  const sideBySide = async () => {
    const running = new Set<Promise<void>>();
    let free = SIDE_BY_SIDE;
    while (queue[0] && !options.signal?.aborted) {
      const takes = Math.min(tools[queue[0].step.reads].programs ?? 1, SIDE_BY_SIDE);
      if (takes > free) {
        await Promise.race(running);
        continue;
      }
      free -= takes;
      const ends: Promise<void> = oneRun(queue.shift() as Run).finally(() => {
        free += takes;
        running.delete(ends);
      });
      running.add(ends);
    }
    await Promise.all(running);
  };
  await oneByOne(({ alone }) => alone);
  await sideBySide();
  if (!full && !options.signal?.aborted) queue.push(...new Set(options.again?.(results)));
  await oneByOne(() => true);
  if (full) throw full;
  return { results, leftovers: await settled(options.leftovers) };
}

/** What is still there once what was killed had the time to die. */
async function settled(leftovers: () => Promise<Leftover[]>): Promise<Leftover[]> {
  const until = Date.now() + SETTLING_MS;
  while ((await leftovers()).length > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
  return leftovers();
}

/** What came of a run; the error where this machine's disk takes nothing. */
async function one(
  run: Run,
  environment: Environment,
  pace: Pace,
  signal?: AbortSignal,
): Promise<Result | WorkshopError> {
  const began = Date.now();
  const empty = { run, evidence: [], text: '', code: null, timedOut: false, durationMs: 0, provisionMs: 0 };
  let lab: Awaited<ReturnType<Environment['up']>> | null = null;
  let dir: string | null = null;
  let result: Result;
  let disk: WorkshopError | null = null;
  try {
    lab = await environment.up(
      {
        workload: run.lesson.workload,
        variant: run.variant,
        pace: run.pace ?? pace,
        lifetime: 'session',
        ...(run.seed === undefined ? {} : { seed: run.seed }),
        ...environment.fits?.(run.step.reads),
      },
      signal,
    );
    const provisionMs = Date.now() - began;
    const tool = tools[run.step.reads];
    await equip(lab, tool, run.step);
    const started = Date.now();
    const enough = new AbortController();
    let said = '';
    if (run.script !== undefined) dir = scriptIn(run.script);
    const facts = factsOf(lab, dir === null ? undefined : () => join(dir as string, SCRIPT));
    const passesSoFar = run.onPass ? passing(run, lab.truth, await lab.subjects()) : null;
    const observed = await runInLab(lab, run.command(facts), tool, {
      timeoutMs: run.timeoutMs,
      signal: signal ? AbortSignal.any([signal, enough.signal]) : enough.signal,
      onChunk: (chunk) => {
        if (!run.until || enough.signal.aborted) return;
        said = (said + Buffer.from(chunk).toString('utf8')).slice(-LOOKED_AT);
        if (run.until.some((pattern) => pattern.test(said))) enough.abort();
      },
      onEvidence: (evidence) => {
        if (passesSoFar?.(evidence)) enough.abort();
      },
    });
    result = {
      run,
      evidence: observed.evidence,
      text: observed.spool.bytes().toString('utf8'),
      code: observed.code,
      timedOut: enough.signal.aborted || Date.now() - started >= run.timeoutMs,
      truth: lab.truth,
      subjects: await lab.subjects(),
      durationMs: Date.now() - started,
      provisionMs,
      failed: null,
    };
  } catch (error) {
    disk = diskError(error);
    result = { ...empty, truth: null as never, subjects: null as never, failed: (error as Error).message };
  }
  if (dir) rmSync(dir, { recursive: true, force: true });
  try {
    await lab?.down();
  } catch (error) {
    // The other runs go on, and their labs end as they should.
    result.failed ??= (error as Error).message;
  }
  return disk ?? result;
}

/** What a script is called beside nothing else. */
const SCRIPT = 'script.bt';

function scriptIn(text: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'workshop-script-'));
  writeFileSync(join(dir, SCRIPT), text);
  return dir;
}

/** Whether the step's check would let pass what was seen so far. Which addresses are the process's own is known at the end. */
function passing({ step }: Run, truth: Truth, subjects: Subjects): (evidence: readonly Evidence[]) => boolean {
  if (step.kind === 'question') return () => false;
  return (evidence) => match(step.expect, { evidence, truth, subjects: { ...subjects, owns: null } }).kind === 'pass';
}
