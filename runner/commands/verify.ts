import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { command, flag, several, text } from '../cli/declare.ts';
import { envToBegin, pace, part, yes } from '../cli/options.ts';
import { printJson } from '../cli/print.ts';
import { readyAll, type Readied } from '../cli/ready-all.ts';
import { lessonId } from '../cli/select.ts';
import { environmentOf } from '../environments/index.ts';
import { EXIT, WorkshopError } from '../errors.ts';
import type { CriterionResult } from '../evidence/match.ts';
import type { Notice } from '../evidence/model.ts';
import type { Site } from '../model/place.ts';
import type { Lesson, Step } from '../lesson/define.ts';
import { lessonIds, loadLesson, loadProse, proseFile } from '../lesson/load.ts';
import type { Environment } from '../model/environment.ts';
import type { EnvironmentKind, ToolKind } from '../model/kinds.ts';
import type { Pace } from '../model/lab.ts';
import { root } from '../paths.ts';
import type { Style } from '../session/ui.ts';
import { tools } from '../tools/index.ts';
import { reportError, whatHappened } from '../terminal/errors.ts';
import { mark } from '../terminal/mark.ts';
import { criterionLine, noticeLine } from '../terminal/outcome.ts';
import { styleFor } from '../terminal/style.ts';
import { execute, type Execution } from '../verify/execute.ts';
import { judgeStep, type StepVerdict } from '../verify/judge.ts';
import { annotations, junit } from '../verify/junit.ts';
import { aSeed } from '../environments/workload.ts';
import { plan, type Run, runsOf, type StepPlan } from '../verify/plan.ts';
import { passes, type Result } from '../verify/result.ts';
import { type Document, machine, skippedReport, stepReport, summaryOf } from '../verify/report.ts';
import { type Lang, words } from '../words/index.ts';

const LANGS: Lang[] = ['ko', 'en'];

type Results = ReadonlyMap<string, Result>;

const log = (line: string) => process.stderr.write(`${line}\n`);

/** Every step, its control and a second run, for real. */
export default command({
  name: 'verify',
  args: { lessons: several('LESSON') },
  options: {
    env: envToBegin,
    pace,
    junit: text('junit', 'FILE'),
    requireAll: flag('require-all'),
    retry: flag('retry'),
    save: text('save', 'DIR'),
    yes,
    ...part,
  },
  json: 'verify',
  examples: ['verify --pace fast', 'verify 3 pairing --env kind --json --junit results.xml'],
  async run(asked) {
    const { env, pace, signal } = asked;
    const say = words(asked.lang);
    const style = styleFor(process.stderr);
    const began = Date.now();
    const ids = asked.lessons.length > 0 ? asked.lessons.map(lessonId) : lessonIds();
    const lessons = await Promise.all(ids.map(loadLesson));
    const environment = await environmentOf(env);
    const { by, versions, lacking } = await readyAll(environment, new Set(lessons.flatMap((l) => l.needs)), asked);
    /** Why a lesson is left out: a tool of its own does not work here. */
    const lacks = (lesson: Lesson) => lesson.needs.map((tool) => lacking.get(tool)).find((error) => error);
    const possible = lessons.filter((lesson) => !lacks(lesson));
    const [lack] = lacking.values();
    if (possible.length === 0 && lack) throw lack;
    for (const error of new Set(lacking.values())) reportError(error, asked.lang, { debug: false });

    const { steps, runs } = plan(possible, env, pace, {
      install: asked.install && (asked.yes || Boolean(process.env.CI)),
      script: (name) => readFileSync(join(root, 'bpf', name), 'utf8'),
      seed: aSeed(),
    });
    log(say('verify.begin', { steps: steps.length, runs: runs.length, pace }));
    /** What was wrong at first with the steps that are tried again. */
    const first = new Map<StepPlan, string[]>();
    const again = (results: Results) => {
      for (const planned of asked.retry ? steps : []) {
        const { ok, faults } = judgeStep(planned, results);
        if (!ok) first.set(planned, faults);
      }
      for (const [{ lesson, step }, faults] of first)
        log(say('verify.again', { step: `${lesson.id}/${step.id}`, why: faults.join(' · ') }));
      return [...first.keys()].flatMap(runsOf);
    };
    const { results, leftovers } = await executed(runs, environment, pace, { signal, style, versions, again });
    if (asked.save !== undefined) for (const r of results.values()) save(asked.save, r.run.key, r.text);

    const reports = lessons.flatMap((lesson) => {
      const lack = lacks(lesson);
      const why = lack && ((lang: Lang) => whatHappened(lack, lang));
      return lesson.steps.flatMap((step) => {
        const planned = steps.find((s) => s.lesson === lesson && s.step === step);
        const verdict = planned && judgeStep(planned, results);
        log(outcomeOf(`${lesson.id}/${step.id}`, verdict, why, environment.site, asked, style));
        const tool = {
          kind: standIn(step, env) ?? by[step.reads] ?? step.reads,
          version: versions[step.reads] ?? null,
        };
        return LANGS.map((lang) => {
          const where = placeOf(lesson, step, lang, env);
          return verdict
            ? stepReport(verdict, lang, env, tool, inWords(environment.site), where, first.get(verdict.plan))
            : skippedReport(lesson, step, lang, env, tool, why?.(lang) ?? '', asked.requireAll, where);
        });
      });
    });
    if (reports.length === 0) throw new WorkshopError('verify.nothing-ran');
    const document: Document = {
      schema: 'ebpf-workshop/verify/1',
      summary: summaryOf(reports, leftovers),
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
      leftovers,
      steps: reports,
    };
    for (const thing of leftovers) log(style.bad(say('verify.leftover', { thing })));
    if (asked.junit !== undefined) {
      mkdirSync(dirname(asked.junit), { recursive: true });
      writeFileSync(asked.junit, junit(document));
    }
    if (process.env.GITHUB_ACTIONS === 'true') for (const line of annotations(document)) log(line);
    if (asked.json) printJson('verify', document);
    const { summary, timings } = document;
    log(say('verify.end', { steps: reports.length / LANGS.length, ...summary, ms: timings.totalMs }));
    return summary.failed > 0 ? EXIT.checkFailed : summary.skipped > 0 ? EXIT.environment : EXIT.ok;
  },
});

/** Executes the runs, telling of each as it ends. The environment is closed before what is left is looked for. */
async function executed(
  runs: Run[],
  environment: Environment,
  pace: Pace,
  {
    signal,
    style,
    versions,
    again,
  }: { signal: AbortSignal; style: Style; versions: Readied['versions']; again: (results: Results) => Run[] },
): Promise<Execution> {
  let done = 0;
  let total = runs.length;
  let closed: Promise<void> | undefined;
  const close = async () => {
    if (!signal.aborted)
      for (const tool of Object.keys(versions) as ToolKind[])
        if (!tools[tool].standsIn) versions[tool] = await versionNow(environment, tool, versions[tool] ?? null);
    await environment.close();
  };
  const execution = await execute(runs, environment, pace, {
    signal,
    again: (results) => {
      const runs = again(results);
      total += new Set(runs).size;
      return runs;
    },
    leftovers: async () => {
      await (closed ??= close());
      return environment.leftovers();
    },
    onDone: (result) => {
      done++;
      if (result.run.onPass && passes(result)) total++;
      const of = `${String(done).padStart(3)}/${total}`;
      const seconds = `${(result.durationMs / 1000).toFixed(1).padStart(5)} s`;
      log(style.dim(`  ${of}  ${seconds}  ${result.run.key}${result.failed ? `  ${result.failed}` : ''}`));
    },
  });
  if (signal.aborted) throw signal.reason;
  return execution;
}

const inWords = (site: Site) => ({
  criterion: (lang: Lang, c: CriterionResult) => criterionLine(words(lang), c),
  notice: (lang: Lang, n: Notice) => noticeLine(words(lang), n, site),
});

/** What came of a step, and in words what is not as it should be: a fault alone says which run it was. */
function outcomeOf(
  name: string,
  verdict: StepVerdict | undefined,
  why: ((lang: Lang) => string) | undefined,
  site: Site,
  { lang, requireAll }: { lang: Lang; requireAll: boolean },
  style: Style,
): string {
  const say = words(lang);
  const state = verdict?.ok ? 'met' : verdict || requireAll ? 'unmet' : 'more';
  const faults = verdict ? verdict.faults.join(' · ') : say('verify.skipped', { why: why?.(lang) ?? '' });
  const open = (verdict?.outcome.criteria ?? []).filter((c) => c.state !== 'met');
  const lacking = verdict?.mutants;
  return [
    [mark(say, style, state), name, faults].join(' ').trimEnd(),
    ...(verdict?.notices ?? []).map((n) => `    ! ${noticeLine(say, n, site)}`),
    ...open.map((c) => `    ${criterionLine(say, c)}`),
    ...(lacking
      ? [
          style.dim(
            `    ${say('verify.mutants', { tried: lacking.tried, fell: lacking.tried - lacking.survived.length })}`,
          ),
        ]
      : []),
  ].join('\n');
}

/** Where a step's prose begins. */
const placeOf = (lesson: Lesson, step: Step, lang: Lang, env: EnvironmentKind) => ({
  file: proseFile(lesson.id, lang),
  line: loadProse(lesson.id, lang, env).steps.get(step.id)?.line ?? 1,
});

/** What runs for a step in this environment whatever runs for others. */
const standIn = ({ reads, byStandIn }: Step, env: EnvironmentKind): ToolKind | undefined =>
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
