import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { lessonIds, loadProse } from '../../runner/lesson/load.ts';
import { fill } from '../../runner/lesson/prose.ts';
import { renderMarkdown } from '../../runner/terminal/markdown.ts';
import { wrapLine } from '../../runner/terminal/wrap.ts';
import { bare, colourful, dull, plain } from './screen.ts';

const KOREAN =
  '이 서비스는 팔 초마다 일 메비바이트를 할당하고 해제하지 않으면서 상태 점검과 메트릭과 로그는 모두 정상이라고 말합니다';
const widths = (text: string) => text.split('\n').map((line) => stringWidth(line));
const words = (text: string) => text.split(/\s+/).filter(Boolean);

describe('a line', () => {
  it('that fits stays', () => {
    expect(wrapLine('short', 80)).toBe('short');
    expect(wrapLine('가'.repeat(40), 80)).toBe('가'.repeat(40));
  });
  it.each([
    ['English', 'a service that leaks one block every eight seconds while its dashboards are green '.repeat(3).trim()],
    ['Korean', KOREAN.repeat(3)],
    ['both', `malloc을 호출한 함수는 memory_leak_thread이고 크기는 1048576 bytes입니다. ${KOREAN}`],
  ])('of %s is broken by its columns, and no word is lost', (_, text) => {
    for (const width of [40, 60, 80]) {
      const wrapped = wrapLine(text, width);
      expect(Math.max(...widths(wrapped))).toBeLessThanOrEqual(width);
      expect(words(wrapped)).toEqual(words(text));
    }
  });
  it.each([
    ['* ', 2],
    ['  • ', 4],
    ['12. ', 4],
    ['  ✓ ', 4],
    ['  [PASS] ', 9],
    ['  ! ', 4],
  ])('goes on under its text: %j', (lead, indent) => {
    const [first, ...rest] = wrapLine(`${lead}${KOREAN}`, 60).split('\n');
    expect(first?.startsWith(lead)).toBe(true);
    expect(rest.length).toBeGreaterThan(0);
    for (const line of rest) expect(/^ */.exec(line)?.[0]).toHaveLength(indent);
  });
  it('keeps colours within the width', () => {
    const wrapped = wrapLine(`${colourful.good('✓')} ${colourful.strong(KOREAN)}`, 50);
    expect(Math.max(...widths(wrapped))).toBeLessThanOrEqual(50);
  });
});

describe('markdown', () => {
  it('leaves a drawing out for those who hear it, and keeps it for all others', () => {
    const text = 'Before.\n\n```text drawing\n┌──┐\n│ a │\n└──┘\n```\n\nAfter.';
    expect(bare(renderMarkdown(text, { ...plain, accessible: true }))).toBe('Before.\n\nAfter.');
    expect(bare(renderMarkdown(text, dull))).toContain('│ a │');
  });
  it.each([
    ['a paragraph', (code: string) => `see ${code}.`],
    ['a table', (code: string) => `| a | b |\n|---|---|\n| ${code} | x |`],
    ['a list', (code: string) => `* ${code}`],
    ['a heading', (code: string) => `## ${code}`],
    ['a quotation', (code: string) => `> ${code}`],
    ['bold', (code: string) => `**${code}**`],
  ])('shows code in %s as it was written', (_, around) => {
    for (const code of ['lost: 12', 'uprobe:/lib/libc.so.6:malloc', 'a < b && c > "d"', '@[ustack]', ':smile:'])
      for (const style of [dull, plain, colourful]) {
        expect(bare(renderMarkdown(around(`\`${code}\``), style)), code).toContain(code);
      }
  });
  it.each([
    ['a paragraph', 'a **leak** that *nobody* sees'],
    ['a list', '* a **leak**\n* another **leak**, `free`'],
    ['a numbered list', '1. a **leak**\n2. **second**'],
    ['a list in a list', '* a\n  * a **leak** in it'],
    ['a quotation', '> a **leak**'],
    ['a heading', '### a **leak**'],
    ['a table', '| a | b |\n|---|---|\n| **leak** | `x` |'],
  ])('leaves no marks in %s', (_, text) => {
    for (const style of [dull, plain, colourful]) {
      const shown = bare(renderMarkdown(text, style));
      expect(shown).not.toContain('**');
      expect(shown).toContain('leak');
    }
  });
  it('shows what stands for itself as it is', () => {
    const shown = renderMarkdown('`@size[arg0] < 1 & *p > "x"` and 2 < 3 & `interval:s:10`, `:smile:`', dull);
    expect(shown).toContain('@size[arg0] < 1 & *p > "x"');
    expect(shown).toContain('2 < 3 &');
    expect(shown).toContain('interval:s:10');
    expect(shown).toContain(':smile:');
  });
  it('shows what is not to be run unlike what is', () => {
    const block = (lang: string) => renderMarkdown(`\`\`\`${lang}\ntop -p 1\n\`\`\``, colourful);
    expect(block('sh')).toBe(`    ${colourful.accent('top -p 1')}`);
    expect(block('text')).toBe('    top -p 1');
    expect(block('sh guide')).toBe(`    ${colourful.dim('┆ top -p 1')}`);
    expect(renderMarkdown('```sh guide\ntop -p 1\n```', plain)).toContain('> top -p 1');
  });
  it('keeps code as it is, to be copied, however long a line', () => {
    const code = `sudo bpftrace -e 'uretprobe:/proc/1234/root/usr/lib/x86_64-linux-gnu/libc.so.6:malloc /pid == 1234/ { @[ustack] = count(); } // 한글 **not bold**'`;
    const shown = renderMarkdown(`Run:\n\n\`\`\`sh\n${code}\n  indented\n\`\`\`\n\nThen look.`, dull, 80);
    expect(shown.split('\n')).toEqual(expect.arrayContaining([`    ${code}`, '      indented', 'Then look.']));
  });
  it('joins lines of the source and breaks by the screen’s', () => {
    expect(renderMarkdown('one\ntwo\nthree', dull)).toBe('one two three');
  });
  it('fits into 40 columns at least, and 92 at most', () => {
    expect(Math.max(...widths(renderMarkdown(KOREAN.repeat(4), dull, 10)))).toBeLessThanOrEqual(40);
    expect(Math.max(...widths(renderMarkdown(KOREAN.repeat(4), dull, 400)))).toBeLessThanOrEqual(92);
  });
});

describe.each(lessonIds())('the prose of %s', (id) => {
  const values = {
    pid: '4194304',
    libc: '/proc/4194304/root/usr/lib/x86_64-linux-gnu/libc.so.6',
    healthPort: '45678',
    metricsPort: '45679',
    log: '/home/learner/service.log',
    period: '8 s',
    tick: '10 s',
    command: 'sudo x',
    script: '/home/learner/x.bt',
  };
  const parts = (lang: 'ko' | 'en') => {
    const { intro, recap, steps } = loadProse(id, lang);
    return [intro, recap, ...[...steps.values()].flatMap((s) => [s.body, s.after, ...s.hints])].map((text) =>
      fill(text, values),
    );
  };
  it.each(['ko', 'en'] as const)('fits into 80 columns but for code, without a mark left (%s)', (lang) => {
    for (const text of parts(lang)) {
      for (const style of [plain, colourful]) {
        for (const line of bare(renderMarkdown(text, style, 80)).split('\n')) {
          if (/^ {4}/.test(line)) continue;
          expect(stringWidth(line), line).toBeLessThanOrEqual(80);
          expect(line).not.toMatch(/\*\*|&(?:lt|gt|amp|quot|#39);/);
        }
      }
    }
  });
});
