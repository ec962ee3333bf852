import { type Sum, type SumUnit, resultOf } from '../evidence/sum.ts';
import type { RightAnswer } from '../evidence/criteria/answer.ts';
import { evidenceFor } from '../journal/passed-transcript.ts';
import type { Lesson, QuestionStep } from '../lesson/define.ts';
import type { Lab } from '../model/lab.ts';
import type { Tool } from '../model/tool.ts';
import type { Say } from '../words/index.ts';
import { observe } from './attempt.ts';

/** Digits behind the point are for reading, not for reckoning on. */
const DIGITS = 4;
const TIGHT = { '+': 1, '−': 1, '×': 2, '÷': 2 } as const;

/** The lines that show how a question's answer comes about in this lab's own run; before that, which run is missing. */
export async function workings(
  say: Say,
  lesson: Lesson,
  step: QuestionStep,
  from: string,
  lab: Lab,
  tool: Tool,
): Promise<string[]> {
  const transcript = evidenceFor(lesson.id, step.from, lab);
  if (!transcript) return [say('sum.no-run', { from })];
  const { evidence } = await observe([transcript], tool);
  const right = step.reckon(evidence, lab.truth, await lab.subjects());
  return right ? [say('sum.yours'), `  ${tellAnswer(say, right)}`, say('sum.run')] : [say('sum.too-little', { from })];
}

/** How the right answer comes about, in the learner's own numbers: `(3072 KiB − 1024 KiB) ÷ 1024 = 2 MiB`. A name stands in the stack. */
export function tellAnswer(say: Say, right: RightAnswer): string {
  if (right.kind === 'name') return say('sum.name', { name: right.value });
  if (right.kind === 'choice') return say('sum.choice', { name: right.value });
  const sum = tell(say, right.sum, 0);
  const { text, exact } = rounded(resultOf(right.sum));
  return `${sum} ${exact ? '=' : '≈'} ${counting(say, text, right.unit)}`;
}

/** `outer` is how tightly what stands around it binds: what binds less goes into brackets. */
function tell(say: Say, sum: Sum, outer: number): string {
  if (!('op' in sum)) return amount(say, sum.value, sum.unit);
  if (sum.op === 'whole') return `⌊${tell(say, sum.of, 0)}⌋`;
  const tight = TIGHT[sum.op];
  // What is taken away, or divided by, is one thing.
  const right = tell(say, sum.right, sum.op === '−' || sum.op === '÷' ? tight + 1 : tight);
  const text = `${tell(say, sum.left, tight)} ${sum.op} ${right}`;
  return tight < outer ? `(${text})` : text;
}

const counting = (say: Say, n: string, unit: SumUnit): string => (unit === '' ? n : say(`sum.${unit}`, { n }));

/** A number with what it counts. */
export const amount = (say: Say, n: number, unit: SumUnit): string => counting(say, String(Number(n.toFixed(3))), unit);

function rounded(value: number): { text: string; exact: boolean } {
  const whole = Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS));
  // Of a large number the digits before the point are all there.
  const near = Math.abs(value) >= 10 ** DIGITS ? Math.round(value) : whole;
  return { text: String(near), exact: near === value };
}
