import { createReadStream, statSync } from 'node:fs';
import { environmentOf } from '../environments/index.ts';
import { EXIT, WorkshopError } from '../errors.ts';
import { withTwin } from '../evidence/criteria/apart.ts';
import { withDiagnosis } from '../evidence/criteria/diagnosis.ts';
import type { Outcome } from '../evidence/match.ts';
import { diagnosesOf, twinOf, variantOf } from '../lesson/define.ts';
import { loadProse } from '../lesson/load.ts';
import { check as judgeIn, observe } from '../session/attempt.ts';
import { evidenceFor } from '../journal/passed-transcript.ts';
import { record } from '../journal/attempts.ts';
import { keyOf, progressNow } from '../journal/progress.ts';
import { inWords } from '../session/diagnosis.ts';
import { criterionLine, outcomeLines } from '../terminal/outcome.ts';
import { words } from '../words/index.ts';
import { styleFor } from '../terminal/style.ts';
import { tools } from '../tools/index.ts';
import { command, text } from '../cli/declare.ts';
import { env } from '../cli/options.ts';
import { printJson } from '../cli/print.ts';
import { anyLabFor, otherLab, STEP, stepOf, upCommand, wordsOf } from '../cli/select.ts';

/** `workshop check STEP < FILE`: judges a transcript, or an answer, against the lab that is up. */
export default command({
  name: 'check',
  args: STEP,
  options: { file: text('file', 'FILE'), answer: text('answer', 'TEXT'), lab: text('lab', 'ID'), env },
  json: 'check',
  examples: ['check 4/pair < FILE', 'check 4/lost-a-day --answer 281', 'check 10/no-calls --answer headers'],
  async run({ lang, env, json, file, answer, lab: from, ...at }) {
    const { lesson, step } = await stepOf(wordsOf(at));
    const labs = await (await environmentOf(env)).labs();
    const { lab, other } =
      from === undefined ? anyLabFor(labs, lesson, step) : { lab: labs.find((l) => l.id === from), other: false };
    if (!lab) throw new WorkshopError('lab.none', { up: upCommand(env, variantOf(lesson, step)) });
    const say = words(lang);
    if (other) process.stderr.write(`${styleFor(process.stderr).dim(otherLab(say, lab, lesson, step))}\n`);
    const tool = tools[step.reads];
    const ids = diagnosesOf(lesson);
    if (step.kind === 'repair' && answer !== undefined && !ids.includes(answer))
      throw new WorkshopError('usage.bad-value', { option: '--answer', value: answer, allowed: ids.join(' ') });
    // An answer needs no transcript: a question has its own, and what is wrong is said before it is repaired.
    const alone = answer !== undefined && (step.kind === 'question' || (step.kind === 'repair' && file === undefined));
    const handedIn = alone ? null : await observe(transcript(file, `${lesson.id}/${step.id}`), tool);
    const source = alone && step.kind === 'question' ? evidenceFor(lesson.id, step.from, lab) : null;
    const observed = source ? await observe([source], tool) : handedIn;
    const judge = async (): Promise<Outcome> => {
      const here = await judgeIn(step, lab, observed?.evidence ?? [], answer);
      const on = twinOf(step);
      // A transcript shows one service: a session's `r` runs a script on the other.
      return on === null ? here : withTwin(here, { on, outcome: null });
    };
    let outcome: Outcome;
    if (step.kind === 'repair') {
      const named = progressNow(lang).get(keyOf(lesson.id, step.id))?.diagnosed ? step.diagnosis : null;
      outcome = withDiagnosis(alone ? null : await judge(), step.diagnosis, answer ?? named);
    } else outcome = await judge();
    record({
      lesson,
      step,
      lab,
      outcome,
      spool: handedIn?.spool ?? null,
      source: 'file',
      ...(answer === undefined ? {} : { answer }),
    });
    const causes = { from: step.kind === 'question' ? step.from : '' };
    const inLesson = inWords(outcome.criteria, loadProse(lesson.id, lang, env));
    const told = { ...outcome, criteria: inLesson.map((c) => ({ ...c, seen: { ...causes, ...c.seen } })) };
    if (json) {
      const criteria = told.criteria.map((c) => ({
        id: c.id,
        state: c.state,
        teaches: c.teaches,
        seen: c.seen,
        cause: c.cause ?? null,
        text: criterionLine(say, c),
      }));
      printJson('check', {
        lesson: lesson.id,
        step: step.id,
        lang,
        env,
        // Which tool it was, where another may have stood in.
        tool: tool.printedBy?.(observed?.spool.bytes().toString('utf8') ?? '') ?? lab.runs(tool.kind),
        lab: lab.id,
        outcome: outcome.kind,
        criteria,
        notices: outcome.notices,
      });
    } else {
      process.stdout.write(
        `${outcomeLines(say, styleFor(process.stdout), told, lab.target.kube ? 'cluster' : 'machine').join('\n')}\n`,
      );
    }
    return exitOf(outcome);
  },
});

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
