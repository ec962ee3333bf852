import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { DEFAULT_ENVIRONMENT } from '../../environments/index.ts';
import { lessonsDir, proseFile } from '../load.ts';
import type { Prose } from '../prose.ts';
import type { Mistake, Read } from './read.ts';

const FILE = 'lessons/guide.yaml';
const block = { id: z.string().min(1), lesson: z.string().min(1) };
const inventory = z.array(
  z.union([
    z.strictObject({ ...block, command: z.string().min(1) }),
    z.strictObject({ ...block, output: z.string().min(1) }),
  ]),
);

/**
 * Every command of the guide is carried by a step of its lesson, as written, and shown in both languages: in that step or at the
 * lesson's end, and never like a command that is to be run.
 */
export function guide(lessons: Read[]): Mistake[] {
  const source = readFileSync(join(lessonsDir(), 'guide.yaml'), 'utf8');
  const parsed = inventory.safeParse(parse(source));
  if (!parsed.success) return [{ file: FILE, line: 1, text: z.prettifyError(parsed.error) }];
  const named = source.split('\n').map((line) => /^\s*-.*?\bid:\s*([\w-]+)/.exec(line)?.[1]);
  const lineOf = (id: string) => named.indexOf(id) + 1;
  const twice = parsed.data.find(({ id }, i) => parsed.data.findIndex((b) => b.id === id) < i);
  if (twice) return [{ file: FILE, line: named.lastIndexOf(twice.id) + 1, text: `two blocks are called ${twice.id}` }];
  const mistakes: Mistake[] = [];
  const carried = new Set<string>();
  for (const {
    id: lesson,
    lesson: { steps },
    everywhere,
  } of lessons) {
    for (const step of steps) {
      for (const { id, command, in: where = [DEFAULT_ENVIRONMENT] } of step.guide ?? []) {
        const at = (text: string) =>
          mistakes.push({ file: `lessons/${lesson}/steps.ts`, line: 1, text: `${step.id}: ${text}` });
        const known = parsed.data.find((b) => b.id === id);
        if (!known || !('command' in known)) at(`${id} is no command in ${FILE}`);
        else if (known.lesson !== lesson) at(`${id} belongs to ${known.lesson}, as ${FILE} says`);
        else if (plain(known.command) !== plain(command)) at(`${id} is not as written in the guide`);
        for (const environment of where) {
          if (carried.has(`${id} ${environment}`)) at(`${id} is carried twice`);
          carried.add(`${id} ${environment}`);
        }
        for (const lang of ['ko', 'en'] as const) {
          const forms = where.flatMap((w) => everywhere.get(w)?.[lang] ?? []);
          for (const text of new Set(forms.flatMap((form) => misshown(form, step.id, command) ?? [])))
            mistakes.push({
              file: proseFile(lesson, lang),
              line: forms[0]?.steps.get(step.id)?.line ?? 1,
              text: `${step.id}: ${text} ${id}`,
            });
        }
      }
    }
  }
  for (const b of parsed.data) {
    if (
      'command' in b &&
      lessons.some((l) => l.id === b.lesson) &&
      ![...carried].some((c) => c.startsWith(`${b.id} `))
    ) {
      mistakes.push({ file: FILE, line: lineOf(b.id), text: `no step of ${b.lesson} carries ${b.id}` });
    }
  }
  return mistakes;
}

/** What opens a block of the guide's own, which the screen shows apart from what is to be run. */
const MARKED = /^sh guide$/;

/** What is wrong with how a step, or the box at its lesson's end, shows a command of the guide; null where nothing is. */
function misshown(prose: Prose, step: string, command: string): string | null {
  const words = prose.steps.get(step);
  if (!words) return null;
  const blocks = [words.body, words.after, prose.recap]
    .flatMap((text) => [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)])
    .filter(([, , code = '']) => plain(code).includes(plain(command)));
  if (blocks.length === 0) return "does not show the guide's command";
  return blocks.every(([, opens = '']) => MARKED.test(opens))
    ? null
    : 'shows as if it were to be run, with no ```sh guide,';
}

/** As written, but for the space at the ends of lines. */
const plain = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim();
