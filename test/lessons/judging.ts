import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { rightAnswer, type RightAnswer } from '../../runner/evidence/criteria/answer.ts';
import { teaches } from '../../runner/evidence/criteria/define.ts';
import { match, type Outcome } from '../../runner/evidence/match.ts';
import type { Evidence, Subjects, Truth } from '../../runner/evidence/model.ts';
import type { Lesson, Step } from '../../runner/lesson/define.ts';
import { tools } from '../../runner/tools/index.ts';

const folder = new URL('../fixtures/output/', import.meta.url);

/** The leaker at the pace that recordings were made at. */
export const truth: Truth = {
  workload: 'stealth-leaker',
  leaks: true,
  call: 'malloc',
  function: 'memory_leak_thread',
  blockBytes: 1048576,
  periodMs: 300,
  capBytes: 2147483648,
};

/** What a lesson's check says of a recording, as if its process were the lab's. */
export interface Judged {
  outcome: Outcome;
  /** The criterion taught, as it stands. */
  taught: Outcome['criteria'][number] | undefined;
  evidence: Evidence[];
  subjects: Subjects;
}

const stepOf = (lesson: Lesson, id: string): Step => {
  const step = lesson.steps.find((s) => s.id === id);
  if (!step) throw new Error(`${lesson.id} has no step ${id}`);
  return step;
};

async function load(lesson: Lesson, id: string, file: string, end = '') {
  const step = stepOf(lesson, id);
  const [set = '', ...rest] = file.split('/');
  const labels = parse(readFileSync(new URL(`${set}/LABELS.yaml`, folder), 'utf8')) as Record<string, { pid?: number }>;
  const label = labels[rest.join('/')];
  if (!label) throw new Error(`${file} has no label`);
  const text = readFileSync(new URL(file, folder), 'utf8');
  const pid = label.pid ?? 1;
  const libc = new RegExp(`/proc/${pid}/root/\\S*libc\\.so\\.6`).exec(text)?.[0] ?? `/proc/${pid}/root/libc.so.6`;
  const subjects: Subjects = { pid, innerPid: pid, libc, owns: null };
  const evidence: Evidence[] = [];
  for await (const e of tools[step.reads].read(bytes(text + end))) evidence.push(e);
  return { step, evidence, subjects };
}

/** Judges a recording by a step's check; `over` changes what the lab's workload would have been, `end` stands after it. */
export async function judged(
  lesson: Lesson,
  id: string,
  file: string,
  over: Partial<Truth> = {},
  end = '',
): Promise<Judged> {
  const { step, evidence, subjects } = await load(lesson, id, file, end);
  if (step.kind === 'question') throw new Error(`${id} is a question`);
  const outcome = match(step.expect, { evidence, subjects, truth: { ...truth, ...over } });
  return { outcome, taught: outcome.criteria.find((c) => c.teaches), evidence, subjects };
}

/** The right answer to a question, from a recording of the step it asks about. */
export async function reckoned(lesson: Lesson, id: string, file: string): Promise<RightAnswer | null> {
  const step = stepOf(lesson, id);
  if (step.kind !== 'question') throw new Error(`${id} is no question`);
  const { evidence, subjects } = await load(lesson, step.from, file);
  return step.reckon(evidence, truth, subjects);
}

/** What a question's check says of an answer, where this recording is what the learner saw. */
export async function answered(lesson: Lesson, id: string, file: string, answer: string): Promise<Outcome> {
  const step = stepOf(lesson, id);
  if (step.kind !== 'question') throw new Error(`${id} is no question`);
  const { evidence, subjects } = await load(lesson, step.from, file);
  return match([teaches(rightAnswer(step.reckon))], { evidence, subjects, truth, answer });
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
