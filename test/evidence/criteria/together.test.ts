import { expect, it } from 'vitest';
import { accountOf, aMinute } from '../../../runner/evidence/account.ts';
import { accounts, toolsAgree } from '../../../runner/evidence/criteria/together.ts';
import { match } from '../../../runner/evidence/match.ts';
import type { Account, Evidence, Snapshot } from '../../../runner/evidence/model.ts';
import { truth } from '../../lessons/judging.ts';

const MIB = truth.blockBytes;
const account = (tool: string, more: Partial<Account> = {}): Account => ({
  kind: 'account',
  tool,
  lists: 8,
  first: { atMs: 600, blocks: 2 },
  last: { atMs: 12_600, blocks: 42 },
  size: MIB,
  name: 'memory_leak_thread',
  twice: 0,
  ...more,
});
const standing = (...evidence: Evidence[]) =>
  match([toolsAgree(['a', 'b'])], { evidence, truth, subjects: { pid: 7, innerPid: 7, libc: '', owns: null } })
    .criteria[0];
const later = { first: { atMs: 6000, blocks: 1 }, last: { atMs: 12_000, blocks: 20 } };

it.each<[string, Evidence[], object]>([
  ['agree, whenever each began', [account('a'), account('b', later)], { state: 'met' }],
  ['as asked of mmap, too', [account('a'), account('b', { size: MIB + 4096, name: '' })], { state: 'met' }],
  ['one of them has no list yet', [account('a')], { state: 'more', cause: 'tool-silent', seen: { silent: 'b' } }],
  [
    'a twin holds what it holds',
    [account('a'), account('b', { last: { atMs: 12_600, blocks: 4 } })],
    { state: 'unmet', cause: 'comes-back' },
  ],
  ['another size', [account('a'), account('b', { size: MIB / 2 })], { state: 'unmet', cause: 'other-leak' }],
  ['another pace', [account('a'), account('b', { last: { atMs: 12_600, blocks: 22 } })], { state: 'unmet' }],
])('tools: %s', (_, evidence, expected) => {
  expect(standing(...evidence)).toMatchObject(expected);
});

it('what a tool said last counts', () => {
  expect(accounts([account('a', { lists: 1 }), account('a')])).toEqual([account('a')]);
});

it('a list counts each block once, and says how many it had twice', () => {
  const site = (symbol: string, module: string, blocks: number, bytes: number) => ({
    stack: [{ symbol, offset: 1, module }],
    blocks,
    bytes: blocks * bytes,
  });
  const list = (atMs: number, blocks: number): Snapshot => ({
    kind: 'snapshot',
    atMs,
    sites: [site('memory_leak_thread', 'svc', blocks, MIB), site('sysmalloc_mmap', 'libc.so.6', blocks, MIB + 4096)],
  });
  const seen = accountOf('bcc', [{ kind: 'snapshot', atMs: 0, sites: [] }, list(1000, 3), list(7000, 23)]);
  expect(seen).toMatchObject({
    first: { atMs: 1000, blocks: 3 },
    last: { atMs: 7000, blocks: 23 },
    twice: 23,
    size: MIB,
    name: 'memory_leak_thread',
  });
  expect(seen && aMinute(seen)).toBe(200);
  expect(accountOf('bcc', [{ kind: 'snapshot', atMs: 0, sites: [] }])).toBeNull();
  expect(aMinute({ first: { atMs: 5, blocks: 1 }, last: { atMs: 5, blocks: 9 } })).toBe(0);
});
