import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { columnLines } from '../../../runner/terminal/output/columns.ts';
import { plain } from '../screen.ts';
import { shown } from './shown.ts';

const read = (file: string) => readFileSync(join(import.meta.dirname, '../../fixtures/output', file), 'utf8');
/** Where a word begins, in columns. */
const columnOf = (line: string, word: string) => stringWidth(line.slice(0, line.indexOf(word)));

describe('a table', () => {
  const rows = [
    ['자바-프로세스', '12', 'leak'],
    ['a', '123456', '누수_함수 ← main'],
  ];
  it('has its columns one below the other, however wide its letters are', () => {
    const [head = '', first = '', second = ''] = columnLines(['comm', 'pid', 'stack'], rows, 80);
    expect(new Set([columnOf(head, 'stack'), columnOf(first, 'leak'), columnOf(second, '누수')]).size).toBe(1);
    expect(stringWidth(first.slice(0, first.indexOf('12') + 2))).toBe(
      stringWidth(second.slice(0, second.indexOf('123456') + 6)),
    );
  });
  it('breaks long names of columns, wraps the last column, and puts it below where there is no room', () => {
    const lines = columnLines(
      ['outstanding_bytes', 'stack'],
      [['1048576', 'one ← two ← three ← four ← five ← six ← seven']],
      52,
    );
    expect(lines.join('\n')).toBe(
      'outstanding_\n       bytes  stack\n     1048576  one ← two ← three ← four ← five ← six\n              ← seven',
    );
    expect(columnLines(['comm', 'stack'], [['a-rather-long-name', 'memory_leak_thread']], 24).join('\n')).toBe(
      'comm\n    stack\na-rather-long-name\n    memory_leak_thread',
    );
  });
});

describe('JSON', () => {
  it.each([
    [
      'memleak/0.1.0-session/leaker.json',
      ['at_ms 5000.14', 'outstanding_', '16777216', 'memory_leak_thread ← start_thread'],
    ],
    ['gadget/0.55.1/ig-host.json', ['outstanding_', 'healthy_thread', '6291456', '28189']],
    ['gadget/0.55.1/kubectl-run.json', ['[]', 'leaker', '65536']],
    [
      'bcc/0.37.0/mallocstacks-leaker.json',
      ['lost 0', 'targetEnded false', '16777216', 'memory_leak_thread ← (no name)'],
    ],
    [
      'bpftrace/0.23.2/outstanding-leaker.json',
      ['@bytes', '4194304', 'memory_leak_thread+71 ← 0x7f5782f831f5', '-- snapshot at 500 ms'],
    ],
    ['bpftrace/0.27.1/outstanding-leaker.json', ['@bytes', 'memory_leak_thread+71']],
    ['bpftrace/0.17.0/outstanding-leaker.json', ['@bytes', 'memory_leak_thread+71']],
  ])('of %s is a table on screen, and said to be a view', (file, pieces) => {
    for (const lang of ['en', 'ko'] as const) {
      const lines = shown(read(file), { lang });
      const text = lines.join('\n');
      for (const piece of lang === 'en' ? pieces : pieces.slice(0, 2)) expect(text).toContain(piece);
      expect(text.match(lang === 'en' ? /This is a view: it printed JSON/g : /JSON을 표로/g)).toHaveLength(1);
      expect(text).not.toMatch(/"outstanding_bytes"|"stacks"|"data"/);
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(75);
    }
  });
  it('says what was lost, and shows a field that the learner added', () => {
    const lost = shown(read('memleak/0.1.0-session/lost.json')).join('\n');
    expect(lost).toMatch(/lost\.\w+ \d+/);
    const own = [{ comm: '', pid: 1, outstanding_count: 2, outstanding_bytes: 8, per_block: 4, mntns_id: 9 }];
    const text = shown(`${JSON.stringify(own)}\n`).join('\n');
    expect(text).toMatch(/per_[\s\S]*\bblock\b/);
    expect(text).toContain('(no name)');
    expect(text).not.toContain('mntns');
  });
  it('that is none, or of nothing known, is shown as it came', () => {
    for (const line of ['{"reason":"duration"}', '[]', '[1, 2]', '{not json}', '{', '@a: 1'])
      expect(shown(`${line}\n`)).toEqual([line]);
    expect(shown('{\n  "a": 1\n')).toEqual(['{', '  "a": 1']);
  });
  it('for those who hear it is a list, each number beside its name', () => {
    const text = shown(read('memleak/0.1.0-session/leaker.json'), { style: plain }).join('\n');
    expect(text).toContain('outstanding_bytes: 16777216');
  });
});
