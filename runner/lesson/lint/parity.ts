import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../../paths.ts';
import { proseFile } from '../load.ts';
import { type Prose, placeholders } from '../prose.ts';
import type { Mistake, Read } from './read.ts';

/** Both languages against each other: the same parts, placeholders, code and links in each section. */
export function parity({ id, prose: { ko, en } }: Read): Mistake[] {
  if (!ko || !en) return [];
  const file = proseFile(id, 'ko');
  const mistakes: Mistake[] = [];
  if (ko.objectives.length !== en.objectives.length)
    mistakes.push({ file, line: 1, text: `${ko.objectives.length} objectives, en.md has ${en.objectives.length}` });
  const there = parts(en);
  for (const [name, { text, line }] of parts(ko)) {
    const other = there.get(name);
    if (other)
      for (const differs of compare(text, other.text)) mistakes.push({ file, line, text: `${name}: ${differs}` });
  }
  for (const lang of ['ko', 'en'] as const) {
    for (const { text, line } of parts(lang === 'ko' ? ko : en).values()) {
      for (const link of links(text)) {
        const path = link.split('#')[0] as string;
        if (!/^[a-z]+:/.test(link) && path !== '' && !existsSync(join(root, dirname(file), path)))
          mistakes.push({ file: proseFile(id, lang), line, text: `a link to nothing: ${link}` });
      }
    }
  }
  return mistakes;
}

/** A lesson's parts by name, each with the line of its section. */
function parts(prose: Prose): Map<string, { text: string; line: number }> {
  const all = new Map([['intro', { text: prose.intro, line: 1 }]]);
  for (const [id, { name, shows }] of Object.entries(prose.diagnoses))
    all.set(`diagnosis ${id}`, { text: `${name}\n${shows}`, line: 1 });
  for (const [id, { body, hints, repair, predict, after, line }] of prose.steps) {
    all.set(id, { text: body, line });
    if (repair !== null) all.set(`${id}, repair`, { text: repair, line });
    hints.forEach((text, i) => {
      all.set(`${id}, hint ${i + 1}`, { text, line });
    });
    if (predict !== null) all.set(`${id}, predict`, { text: predict, line });
    all.set(`${id}, after`, { text: after, line });
  }
  return all.set('recap', { text: prose.recap, line: 1 });
}

function* compare(ko: string, en: string): Iterable<string> {
  const names = (text: string) => placeholders(text).sort().join(' ');
  if (names(ko) !== names(en)) yield `placeholders differ from en.md: ${names(ko) || '-'} | ${names(en) || '-'}`;
  if (links(ko).sort().join(' ') !== links(en).sort().join(' ')) yield 'links differ from en.md';
  const [here, there] = [fences(ko), fences(en)];
  if (here.length !== there.length) yield `${here.length} code blocks, en.md has ${there.length}`;
  else {
    const at = here.findIndex((fence, i) => fence !== there[i]);
    if (at >= 0) yield `code block ${at + 1} differs from en.md by more than its comments`;
  }
}

/** What opens a drawing, whose words are translated. */
const DRAWING = 'text drawing';

/** Code blocks with what opens them, comments and trailing space left out: those are translated, as drawings are. */
function fences(text: string): string[] {
  return [...text.matchAll(/^\s*(```+|~~~+)(.*)\n([\s\S]*?)^\s*\1\s*$/gm)].map(([, , info = '', code = '']) =>
    [
      info.trim(),
      ...(info.trim() === DRAWING ? '' : code)
        .split('\n')
        .map((line) => line.replace(/(^|\s)(\/\/|#)\s.*$/, '').trimEnd()),
    ].join('\n'),
  );
}

const links = (text: string): string[] => [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((m) => m[1] as string);
