import { createReadStream, statSync } from 'node:fs';
import { DEFAULT_ENVIRONMENT, environmentOf } from '../environments/index.ts';
import { EXIT, WorkshopError } from '../errors.ts';
import type { Outcome } from '../evidence/match.ts';
import { variantOf } from '../lesson/define.ts';
import type { ToolKind } from '../model/kinds.ts';
import type { Tool } from '../model/tool.ts';
import { check as judgeIn, type Observed, observe } from '../session/attempt.ts';
import { evidenceFor } from '../journal/passed-transcript.ts';
import { record } from '../journal/attempts.ts';
import { criterionLine, outcomeLines } from '../terminal/outcome.ts';
import { words } from '../words/index.ts';
import { styleFor } from '../terminal/style.ts';
import { tools } from '../tools/index.ts';
import type { Run } from '../cli/parse.ts';
import { labFor, stepOf } from '../cli/select.ts';

/** `workshop check STEP < FILE`: judges a transcript, or an answer, against the lab that is up. */
const check: Run = async ({ args, lang, env, json, flags }) => {
  const { lesson, step } = await stepOf(args.length > 0 ? args : ['']);
  const labs = await (await environmentOf(env)).labs();
  const lab = flags.lab === undefined ? labFor(labs, lesson, step) : labs.find((l) => l.id === flags.lab);
  const variant = variantOf(lesson, step);
  if (!lab)
    throw new WorkshopError('lab.none', {
      up: `npm run workshop -- up${env === DEFAULT_ENVIRONMENT ? '' : ` --env ${env}`}${variant === 'leaker' ? '' : ` --variant ${variant}`}`,
    });
  const tool = tools[step.reads];
  let outcome: Outcome;
  let ranBy: ToolKind = step.reads;
  if (step.kind === 'question' && flags.answer !== undefined) {
    const source = evidenceFor(lesson.id, step.from, lab);
    const observed = source ? await observe([source], tool) : null;
    outcome = await judgeIn(step, lab, observed?.evidence ?? [], flags.answer);
    ranBy = printer(tool, observed);
    record({ lesson, step, lab, outcome, spool: null, source: 'file', answer: flags.answer });
  } else {
    const observed = await observe(transcript(flags.file, `${lesson.id}/${step.id}`), tool);
    outcome = await judgeIn(step, lab, observed.evidence, flags.answer);
    ranBy = printer(tool, observed);
    record({
      lesson,
      step,
      lab,
      outcome,
      spool: observed.spool,
      source: 'file',
      ...(flags.answer === undefined ? {} : { answer: flags.answer }),
    });
  }
  const say = words(lang);
  const causes = { from: step.kind === 'question' ? step.from : '' };
  const named = { ...outcome, criteria: outcome.criteria.map((c) => ({ ...c, seen: { ...causes, ...c.seen } })) };
  if (json) {
    const criteria = named.criteria.map((c) => ({
      id: c.id,
      state: c.state,
      teaches: c.teaches,
      seen: c.seen,
      cause: c.cause ?? null,
      text: criterionLine(say, c),
    }));
    process.stdout.write(
      `${JSON.stringify({ schema: 'ebpf-workshop/check/1', lesson: lesson.id, step: step.id, lang, env, tool: ranBy, lab: lab.id, outcome: outcome.kind, criteria, notices: outcome.notices }, null, 2)}\n`,
    );
  } else {
    process.stdout.write(`${outcomeLines(say, styleFor(process.stdout), named).join('\n')}\n`);
  }
  return exitOf(outcome);
};

/** Which tool it was, where another may have stood in. */
const printer = (tool: Tool, observed: Observed | null): ToolKind =>
  tool.printedBy?.(observed?.spool.bytes().toString('utf8') ?? '') ?? tool.kind;

/** `not yet` and `wrong` are 1, `blocked` and `broken` 4. */
export const exitOf = ({ kind }: Outcome): number =>
  kind === 'pass' ? EXIT.ok : kind === 'wrong' || kind === 'not yet' ? EXIT.checkFailed : EXIT.environment;

function transcript(file: string | undefined, step: string): AsyncIterable<Uint8Array> {
  if (file === undefined) {
    if (process.stdin.isTTY) throw new WorkshopError('usage.no-transcript', { step });
    return process.stdin;
  }
  try {
    if (!statSync(file).isFile()) throw new Error('not a file');
    return createReadStream(file);
  } catch (error) {
    throw new WorkshopError('usage.unreadable-file', { file, detail: (error as Error).message });
  }
}

export default check;
