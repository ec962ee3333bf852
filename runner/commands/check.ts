import { createReadStream, statSync } from 'node:fs';
import { environmentOf } from '../environments/index.ts';
import { EXIT, WorkshopError } from '../errors.ts';
import { withTwin } from '../evidence/criteria/apart.ts';
import type { Outcome } from '../evidence/match.ts';
import { twinOf, variantOf } from '../lesson/define.ts';
import { check as judgeIn, observe } from '../session/attempt.ts';
import { evidenceFor } from '../journal/passed-transcript.ts';
import { record } from '../journal/attempts.ts';
import { criterionLine, outcomeLines } from '../terminal/outcome.ts';
import { words } from '../words/index.ts';
import { styleFor } from '../terminal/style.ts';
import { inspektorRuns } from '../tools/gadget/inspektor.ts';
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
      up: `npm run workshop -- up${env === 'host' ? '' : ` --env ${env}`}${variant === 'leaker' ? '' : ` --variant ${variant}`}`,
    });
  const tool = tools[step.reads];
  let outcome: Outcome;
  if (step.kind === 'question' && flags.answer !== undefined) {
    const source = evidenceFor(lesson.id, step.from, lab);
    const observed = source ? await observe([source], tool) : null;
    outcome = await judgeIn(step, lab, observed?.evidence ?? [], flags.answer);
    record({ lesson, step, lab, outcome, spool: null, source: 'file', answer: flags.answer });
  } else {
    const observed = await observe(transcript(flags.file, `${lesson.id}/${step.id}`), tool);
    const on = twinOf(step);
    const here = await judgeIn(step, lab, observed.evidence, flags.answer);
    // A transcript shows one service: a session's `r` runs a script on the other.
    outcome = on === null ? here : withTwin(here, { on, outcome: null });
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
      `${JSON.stringify({ schema: 'ebpf-workshop/check/1', lesson: lesson.id, step: step.id, lang, env, tool: step.reads === 'gadget' && (step.byLoader?.includes(env) || !inspektorRuns(env)) ? 'loader' : step.reads, lab: lab.id, outcome: outcome.kind, criteria, notices: outcome.notices }, null, 2)}\n`,
    );
  } else {
    process.stdout.write(`${outcomeLines(say, styleFor(process.stdout), named).join('\n')}\n`);
  }
  return exitOf(outcome);
};

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
