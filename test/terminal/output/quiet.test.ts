import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quieted } from '../../../runner/terminal/output/quiet.ts';
import { tools } from '../../../runner/tools/index.ts';
import type { Harmless } from '../../../runner/session/ui.ts';
import type { ToolKind } from '../../../runner/model/kinds.ts';
import { shown } from './shown.ts';

const OUTPUT = join(import.meta.dirname, '../../fixtures/output');
const recordings = (tool: string): [string, string][] =>
  readdirSync(join(OUTPUT, tool), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(txt|json)$/.test(file))
    .map((file) => [file, readFileSync(join(OUTPUT, tool, file), 'utf8')]);

/** What is left out of these lines, in order. */
function folded(text: string, harmless: Harmless): string[] {
  const quiet = quieted(harmless);
  const left = [...text.split('\n').flatMap((line) => quiet.line(line)), ...quiet.end()];
  const out: string[] = [];
  for (const line of text.split('\n')) {
    if (line === left[0]) left.shift();
    else out.push(line);
  }
  // What is shown is what was printed, in its order, less some lines.
  expect(left).toEqual([]);
  expect(quiet.folded()).toBe(out.length);
  return out;
}

async function noticesOf(tool: ToolKind, text: string): Promise<string[]> {
  const found: string[] = [];
  for await (const e of tools[tool].read(
    (async function* () {
      yield Buffer.from(text);
    })(),
  ))
    if (e.kind === 'notice' && e.code !== 'cut-off' && e.code !== 'other-tool') found.push(e.code);
  return found;
}

describe.each(['bpftrace', 'bcc', 'memleak', 'gadget'] as const)('what %s really printed', (tool) => {
  const harmless = tools[tool].harmless as Harmless;
  it('is left out only where no reader takes it for a complaint', async () => {
    for (const [file, text] of recordings(tool)) {
      const out = folded(text, harmless);
      expect(await noticesOf(tool, out.join('\n')), file).toEqual([]);
      for (const line of out)
        expect(line, file).not.toMatch(/Possibly lost|Map full|Lost \d+|allocations from|bytes in \d+/);
    }
  });
  it('shows an error whole: all that fails says the same after it', async () => {
    for (const [file, text] of recordings(tool).filter(([name]) => name.includes('fail-'))) {
      const quiet = quieted(harmless);
      const left = [...text.split('\n').flatMap((line) => quiet.line(line)), ...quiet.end()].join('\n');
      expect(new Set(await noticesOf(tool, left)), file).toEqual(new Set(await noticesOf(tool, text)));
    }
  });
});

describe('complaints that mean nothing', () => {
  const read = (file: string) => readFileSync(join(OUTPUT, file), 'utf8');
  it.each([
    ['bpftrace/0.17.0/outstanding-leaker.txt', 'bpftrace', /RLIMIT_MEMLOCK|uprobe_events|failed to detach/],
    ['bpftrace/0.27.1/outstanding-leaker.txt', 'bpftrace', /RLIMIT_MEMLOCK|Return value discarded|delete\(/],
    ['bcc/0.37.0/memleak-no-tracefs.txt', 'bcc', /uprobe_events|Exception|Traceback|detach_uprobe_event/],
    ['bcc/0.26.0/memleak-newer-headers.txt', 'bcc', /warning|In file included|note: |\^|#define/],
  ] as const)('of %s are one line that says how many', (file, tool, noise) => {
    const lines = shown(read(file), { harmless: tools[tool].harmless as Harmless });
    expect(lines.join('\n')).not.toMatch(noise);
    expect(lines.at(-1)).toMatch(/^\d+ lines? of the tool’s own complaints, known to be harmless \(`w` shows all\)$/);
  });

  const bcc = tools.bcc.harmless as Harmless;
  it.each([
    ['a warning in a file of the learner’s', ['/tmp/mine.c:3:4: warning: unused variable', '  int x;', '      ^']],
    [
      'an error below an include',
      [
        'In file included from include/linux/log2.h:12:',
        'include/linux/x.h:1:2: fatal error: not found',
        '#include',
        '^',
      ],
    ],
    [
      'another exception',
      ['Traceback (most recent call last):', '  File "x", line 1', 'Exception: Failed to attach BPF'],
    ],
    ['lost samples', ['Possibly lost 12 samples']],
    [
      'a note to what was shown',
      ['/tmp/mine.c:3:4: warning: odd', '/tmp/mine.c:1:1: note: declared here', 'int x;', '^'],
    ],
  ])('are not: %s', (_, lines) => {
    expect(folded(lines.join('\n'), bcc)).toEqual([]);
  });
  it('end where the tool goes on, and what waited at the end is shown', () => {
    const warning = 'include/linux/x.h:1:2: warning: odd';
    expect(folded(`${warning}\n[12:00:00] Top 10 stacks`, bcc)).toEqual([warning]);
    expect(folded(`${warning}\nsome code\n   ^\nsome words\n${warning}`, bcc)).toEqual([
      warning,
      'some code',
      '   ^',
      warning,
    ]);
    expect(folded('Traceback (most recent call last):\n  File "x"', bcc)).toEqual([]);
  });
});
