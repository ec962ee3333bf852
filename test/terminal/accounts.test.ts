import { describe, expect, it } from 'vitest';
import type { Account } from '../../runner/evidence/model.ts';
import { accountLines } from '../../runner/terminal/accounts.ts';
import { words } from '../../runner/words/index.ts';
import { dull, plain } from './screen.ts';

const account = (tool: string, more: Partial<Account> = {}): Account => ({
  kind: 'account',
  tool,
  lists: 8,
  first: { atMs: 600, blocks: 2 },
  last: { atMs: 12_600, blocks: 42 },
  size: 1048576,
  name: 'memory_leak_thread',
  twice: 0,
  ...more,
});
const all = [account('bpftrace'), account('bcc', { twice: 20, name: '' }), account('gadget')];

describe.each(['en', 'ko'] as const)('what three tools saw, in one table (%s)', (lang) => {
  const say = words(lang);

  it('has a column for each and a row for what may differ', () => {
    const lines = accountLines(say, dull, all, 100);
    expect(lines[1]).toMatch(/bpftrace\s+bcc\s+gadget/);
    for (const cell of ['0.6–12.6 s', '2 → 42', '200', '1048576', '42 MiB', 'memory_leak_thread', '20'])
      expect(lines.join('\n')).toContain(cell);
    expect(lines.join('\n')).toContain(say('name.none'));
  });

  it('on a narrow screen, or for those who hear it, each tool comes by itself', () => {
    for (const lines of [accountLines(say, dull, all, 50), accountLines(say, plain, all, 100)]) {
      expect(lines.filter((line) => line.includes(say('accounts.pace')))).toHaveLength(3);
      for (const line of lines) expect(line).not.toMatch(/bpftrace.*bcc/);
    }
  });

  it('of one tool there is no table', () => {
    expect(accountLines(say, plain, all.slice(0, 1))).toEqual([]);
    expect(accountLines(say, plain, [])).toEqual([]);
  });
});
