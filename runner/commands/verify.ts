import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { environmentOf } from '../environments/index.ts';
import type { Environment } from '../model/environment.ts';
import { EXIT, WorkshopError } from '../errors.ts';
import { lessonIds, loadLesson, loadProse, proseFile } from '../lesson/load.ts';
import type { Lang } from '../words/index.ts';
import { criterionLine } from '../terminal/outcome.ts';
import { words } from '../words/index.ts';
import { styleFor } from '../terminal/style.ts';
import { execute } from '../verify/execute.ts';
import { judgeStep } from '../verify/judge.ts';
import { annotations, junit } from '../verify/junit.ts';
import { plan } from '../verify/plan.ts';
import { type Document, machine, stepReport, type StepReport } from '../verify/report.ts';
import type { EnvironmentKind, ToolKind } from '../model/kinds.ts';
import { tools } from '../tools/index.ts';
import type { Step } from '../lesson/define.ts';
import type { Run } from '../cli/parse.ts';
import { lessonId } from '../cli/select.ts';
import { ready } from '../cli/ready.ts';

const LANGS: Lang[] = ['ko', 'en'];

/** `workshop verify [lesson…]`: every step, its control and a second run, for real. */
const verify: Run = async (invocation) => {
  const { args, env, pace, json, flags, signal } = invocation;
  const say = words(invocation.lang);
  const style = styleFor(process.stderr);
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const began = Date.now();
  const ids = args.length > 0 ? args.map(lessonId) : lessonIds();
  const lessons = await Promise.all(ids.map(loadLesson));
  const environment = await environmentOf(env);
  const versions: Partial<Record<ToolKind, string | null>> = {};
  /** What runs for a tool: itself, or what stands in for it. */
  const by: Partial<Record<ToolKind, ToolKind>> = {};
  for (const tool of new Set(lessons.flatMap((l) => l.needs))) {
    const { tool: runs, version } = await ready(environment, tool, invocation);
    by[tool] = runs;
    versions[tool] = version;
  }

  const { steps, runs } = plan(lessons, env, pace, {
    install: invocation.install && (invocation.yes || Boolean(process.env.CI)),
  });
  log(say('verify.begin', { steps: steps.length, runs: runs.length, pace }));
  let done = 0;
  let closed: Promise<void> | undefined;
  const close = async () => {
    if (!signal.aborted)
      for (const tool of Object.keys(versions) as ToolKind[])
        if (!tools[tool].standsIn) versions[tool] = await versionNow(environment, tool, versions[tool] ?? null);
    await environment.close();
  };
  const { results, leftovers: left } = await execute(runs, environment, pace, {
    signal,
    leftovers: async () => {
      await (closed ??= close());
      return environment.leftovers();
    },
    onDone: (result) => {
      done++;
      log(
        style.dim(
          `  ${String(done).padStart(3)}/${runs.length}  ${(result.durationMs / 1000).toFixed(1).padStart(5)} s  ${result.run.key}${result.failed ? `  ${result.failed}` : ''}`,
        ),
      );
    },
  });
  if (signal.aborted) throw signal.reason;
  const saved = flags.save;
  if (saved !== undefined) for (const r of results.values()) save(saved, r.run.key, r.text);

  const reports: StepReport[] = [];
  for (const stepPlan of steps) {
    const verdict = judgeStep(stepPlan, results);
    for (const lang of LANGS) {
      const where = {
        file: proseFile(stepPlan.lesson.id, lang),
        line: loadProse(stepPlan.lesson.id, lang, env).steps.get(stepPlan.step.id)?.line ?? 1,
      };
      reports.push(
        stepReport(
          verdict,
          lang,
          env,
          {
            kind: ranBy(stepPlan.step, env) ?? by[stepPlan.step.reads] ?? stepPlan.step.reads,
            version: versions[stepPlan.step.reads] ?? null,
          },
          { criterion: (l, c) => criterionLine(words(l), c) },
          where,
        ),
      );
    }
    log(
      `${verdict.ok ? style.good(say('mark.met')) : style.bad(say('mark.unmet'))} ${stepPlan.lesson.id}/${stepPlan.step.id}${verdict.ok ? '' : `  ${verdict.faults.join(' · ')}`}`,
    );
  }
  if (reports.length === 0) throw new WorkshopError('verify.nothing-ran');
  const passed = reports.filter((r) => r.ok).length;
  const document: Document = {
    schema: 'ebpf-workshop/verify/1',
    summary: { passed, failed: reports.length - passed + (left.length > 0 ? 1 : 0), skipped: 0 },
    machine: machine(
      env,
      pace,
      Object.fromEntries(Object.entries(versions).map(([tool, version]) => [by[tool as ToolKind] ?? tool, version])),
    ),
    timings: {
      totalMs: Date.now() - began,
      provisionMs: [...results.values()].reduce((n, r) => n + r.provisionMs, 0),
      runs: runs.length,
    },
    leftovers: left,
    steps: reports,
  };
  for (const thing of left) log(style.bad(say('verify.leftover', { thing })));
  if (flags.junit !== undefined) {
    mkdirSync(dirname(flags.junit), { recursive: true });
    writeFileSync(flags.junit, junit(document));
  }
  if (process.env.GITHUB_ACTIONS === 'true') for (const line of annotations(document)) log(line);
  if (json) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  log(
    say('verify.end', {
      passed: document.summary.passed,
      failed: document.summary.failed,
      ms: document.timings.totalMs,
    }),
  );
  return document.summary.failed > 0 ? EXIT.checkFailed : EXIT.ok;
};

/** What a step has run for it whatever runs elsewhere. */
const ranBy = ({ reads, byStandIn }: Step, env: EnvironmentKind): ToolKind | undefined =>
  byStandIn?.includes(env) ? tools[reads].standsIn : undefined;

/** The guide's own installs may have brought a newer one. */
async function versionNow(environment: Environment, tool: ToolKind, before: string | null): Promise<string | null> {
  const now = await environment.detect(tool);
  return now.found ? now.version : before;
}

/** Keeps what each run printed, for whoever wants to see what was judged. */
function save(dir: string, key: string, text: string): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(`${dir}/${key.replaceAll(/[/:]/g, '_')}.txt`, text);
}

export default verify;
