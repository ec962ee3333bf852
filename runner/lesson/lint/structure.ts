import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadWorkload } from '../../environments/workload.ts';
import { root } from '../../paths.ts';
import { beginningOf, diagnosesOf, type Lesson, type Step } from '../define.ts';
import { proseFile } from '../load.ts';
import type { Lang } from '../../words/index.ts';
import { BLANKS, type Prose, placeholders, type StepProse } from '../prose.ts';
import type { Mistake, Read } from './read.ts';

/** From a nudge by a pointer to the command. */
const HINT_LEVELS = 3;

/** Each language by itself: a whole section for each step, in the module's order, with nothing that can't be filled. */
export function structure({ id, lesson, prose }: Read): Mistake[] {
  const module = `lessons/${id}/steps.ts`;
  const mistakes: Mistake[] = [];
  const variants = Object.keys(loadWorkload(lesson.workload).variants);
  for (const step of lesson.steps) {
    const of = (text: string) => mistakes.push({ file: module, line: 1, text: `${step.id}: ${text}` });
    if (!variants.includes(step.control.variant))
      of(`its control ${step.control.variant} is no variant of ${lesson.workload}: ${variants.join(', ')}`);
    if (!lesson.needs.includes(step.reads)) of(`reads ${step.reads}, which the lesson's needs do not name`);
    if (step.kind === 'script' && !existsSync(join(root, 'bpf', step.script))) of(`there is no bpf/${step.script}`);
  }
  for (const text of askedAbout(lesson)) mistakes.push({ file: module, line: 1, text });
  for (const lang of ['ko', 'en'] as const) {
    const text = prose[lang];
    if (!text) continue;
    mistakes.push(...sections(id, lang, lesson.steps, text));
    const [named, known] = [Object.keys(text.diagnoses), diagnosesOf(lesson)].map((ids) => ids.join(', '));
    if (named !== known)
      mistakes.push({
        file: proseFile(id, lang),
        line: 1,
        text: `its diagnoses are not those of steps.ts, in their order: ${named || '-'} | ${known || '-'}`,
      });
  }
  return mistakes;
}

/** What would give away what is wrong, or ask for what nothing shows. */
function* askedAbout(lesson: Lesson): Iterable<string> {
  const ids = diagnosesOf(lesson);
  const right = lesson.steps.flatMap((step) => (step.kind === 'repair' ? [step.diagnosis] : []));
  if (ids.length > 0 && right.length === 0) yield 'diagnoses, and nothing to repair';
  if (right.length === 0) return;
  if (ids.every((one) => right.includes(one))) yield 'each diagnosis is right somewhere: the last is known by counting';
  const inOrder = ids.filter((one) => right.includes(one));
  if (right.length > 2 && inOrder.join() === [...new Set(right)].join())
    yield 'the diagnoses stand in the order of the steps, which gives them away';
  for (const step of lesson.steps)
    if (step.kind === 'repair' && step.id.includes(step.diagnosis)) yield `${step.id}: its id gives the diagnosis away`;
}

function sections(id: string, lang: Lang, steps: Step[], prose: Prose): Mistake[] {
  const mistakes: Mistake[] = [];
  const at = (line: number, text: string) => mistakes.push({ file: proseFile(id, lang), line, text });
  const ids = steps.map((s) => s.id);
  const written = [...prose.steps.keys()];
  for (const missing of ids.filter((s) => !written.includes(s))) at(1, `no section for step ${missing}`);
  for (const [section, { line }] of prose.steps)
    if (!ids.includes(section)) at(line, `a section for a step that is not in steps.ts: ${section}`);
  const common = ids.filter((s) => written.includes(s));
  if (common.join() !== written.filter((s) => ids.includes(s)).join())
    at(1, `sections are in another order than steps.ts: ${common.join(', ')}`);
  if (prose.intro.trim() === '') at(1, 'no introduction before the first section');
  if (prose.recap.trim() === '') at(1, 'no closing section {#recap}');
  for (const step of steps) {
    const words = prose.steps.get(step.id);
    if (words) for (const text of section(step, words)) at(words.line, `${step.id}: ${text}`);
  }
  for (const text of [prose.intro, prose.recap])
    for (const name of unknown(text)) at(1, `no such placeholder: {{${name}}}`);
  return mistakes;
}

function* section(step: Step, words: StepProse): Iterable<string> {
  if (words.body.trim() === '') yield 'the section is empty';
  if (words.after.trim() === '') yield 'nothing is said once it has passed: ### … {#after}';
  if (step.predict && !words.predict?.trim()) yield 'a prediction without its question: ### … {#predict}';
  if (!step.predict && words.predict !== null) yield 'a question to predict, and the step declares none: {#predict}';
  if (words.hints.length !== HINT_LEVELS) yield `${words.hints.length} hints, and there are ${HINT_LEVELS} levels`;
  if (words.hints.some((h) => h === '')) yield 'an empty hint';
  if (!placeholders(words.hints.at(-1) ?? '').includes('command')) yield 'the last hint is the command: {{command}}';
  const shown = placeholders(words.body);
  const own = step.kind !== 'question' && beginningOf(step) !== null;
  if (step.kind !== 'question' && !own && !shown.includes('command'))
    yield 'the section does not show its command: {{command}}';
  if (own && placeholders(`${words.body}${words.repair ?? ''}`).includes('command'))
    yield 'the learner changes the command, and the section shows it finished: {{command}}';
  if (own && step.kind === 'command' && !shown.includes('starter'))
    yield 'the section does not show what one begins with: {{starter}}';
  if (step.kind === 'repair' && (words.repair ?? '').trim() === '')
    yield 'nothing is said once it is known what is wrong: ### … {#repair}';
  if (step.kind !== 'repair' && words.repair !== null) yield 'there is nothing to repair in this step';
  if (step.broken && !placeholders(words.body).includes('broken'))
    yield 'the section does not show what is broken: {{broken}}';
  if (
    !step.broken &&
    placeholders([words.body, words.predict ?? '', words.after, ...words.hints].join('\n')).includes('broken')
  )
    yield 'nothing is broken in this step, and the section shows {{broken}}';
  if (step.kind === 'script') {
    const finished = join(root, 'bpf', step.script);
    if (words.starter === null) yield 'a script step needs a starter: a ```bt starter fence';
    else if (existsSync(finished) && words.starter.trim() === readFileSync(finished, 'utf8').trim())
      yield 'the starter is the finished script already';
  } else if (words.starter !== null) yield 'a starter, but it is no script step';
  for (const name of unknown([words.body, words.predict ?? '', words.after, ...words.hints].join('\n')))
    yield `no such placeholder: {{${name}}}`;
}

const unknown = (text: string): string[] =>
  placeholders(text).filter((name) => !(BLANKS as readonly string[]).includes(name));
