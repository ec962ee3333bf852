import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Evidence } from '../../runner/evidence/model.ts';
import type { ToolKind } from '../../runner/model/kinds.ts';
import { TOOLS, tools } from '../../runner/tools/index.ts';
import { from } from './bpftrace/reading.ts';
import { expanded, filled, folded, inChat, prompted, trimmed } from './copied.ts';

const folder = new URL('../fixtures/output/', import.meta.url);

async function read(tool: ToolKind, text: string): Promise<Evidence[]> {
  const found: Evidence[] = [];
  for await (const evidence of tools[tool].read(from([Buffer.from(text)]))) found.push(evidence);
  return found;
}
const recordings = (tool: ToolKind) =>
  Object.keys(parse(readFileSync(new URL(`${tool}/LABELS.yaml`, folder), 'utf8'))).map(
    (path) => [path, readFileSync(new URL(`${tool}/${path}`, folder), 'utf8')] as const,
  );

/** What tells of memory, and what a tool complains of by its code: its line may have lost a blank at the edge. */
const told = (evidence: Evidence[]) => evidence.filter((e) => e.kind !== 'notice');
const complaints = (evidence: Evidence[]) => [
  ...new Set(evidence.flatMap((e) => (e.kind === 'notice' && e.code !== 'cut-off' ? [e.code] : []))),
];

const WAYS: [string, (text: string) => string][] = [
  ['tabs are blanks', expanded],
  ['trailing blanks are gone', trimmed],
  ['rows are filled', (text) => filled(expanded(text), 120)],
  ['wrapped at 80', (text) => folded(text, 80)],
  ['wrapped at 100', (text) => folded(text, 100)],
  ['blanks, trimmed, wrapped at 80', (text) => folded(trimmed(expanded(text)), 80)],
  ['blanks, trimmed, wrapped at 100', (text) => folded(trimmed(expanded(text)), 100)],
  ['wrapped at 80, then trimmed', (text) => trimmed(folded(expanded(text), 80))],
  ['wrapped at 100, then trimmed', (text) => trimmed(folded(expanded(text), 100))],
  ['wrapped at 120, filled', (text) => filled(folded(expanded(text), 120), 120)],
  ['wrapped at 93', (text) => folded(expanded(text), 93)],
];

describe.each(TOOLS.filter((tool) => readdirSync(folder).includes(tool)))('of %s', (tool) => {
  it.each(WAYS)('%s: the same evidence, of every recording', async (_, way) => {
    for (const [path, text] of recordings(tool)) {
      // A table of ig's is as wide as its terminal: nothing wraps it.
      if (path.includes('columns') && _.includes('wrapped')) continue;
      const [original, copied] = [
        await read(tool, `${text}$ `),
        await read(tool, prompted(way(text), 'sudo the tool')),
      ];
      const [a, b] = [told(original), told(copied)];
      if (!isDeepStrictEqual(a, b)) expect(b, path).toEqual(a);
      // Where a complaint ends nobody knows, unless it is cut at a width that terminals have.
      if (!_.endsWith('93')) expect(complaints(copied), path).toEqual(complaints(original));
    }
  });
  it('what a chat takes away at the beginning of a line: the same evidence', async () => {
    for (const [path, text] of recordings(tool)) {
      const [a, b] = [told(await read(tool, `${text}$ `)), told(await read(tool, `${inChat(text)}$ `))];
      if (!isDeepStrictEqual(a, b)) expect(b, path).toEqual(a);
    }
  });
});
