import { describe, expect, it } from 'vitest';
import { judge } from '../../../runner/evidence/verdict.ts';
import { at, codes, of, read, stack } from './reading.ts';

/*
 * No run of trace_malloc was recorded: these lines are built by hand from its source (program.bpf.c, gadget.yaml) and that of
 * Inspektor Gadget's JSON formatter. There, fields come in the order of their names; `addr` is a decimal number (columns.hex
 * is for columns alone); `operation` is the enum's name, with its number in `operation_raw`; `timestamp_raw` has been turned
 * into nanoseconds since 1970; and `ustack` is all zero without --collect-ustack.
 */
const NO_STACK = {
  addresses: '',
  base_addr_hash: 0,
  boot_timestamp: 0,
  buildid: '',
  inode: 0,
  stack_id: 0,
  symbols: '',
};
const call = (operation: string, addr: number | string, size = 0, more: object = {}) =>
  `${JSON.stringify({ addr: 0, k8s: { containerName: '', namespace: '', node: '', podName: '' }, operation, operation_raw: 0, proc: { comm: 'leaker', creds: { gid: 0, group: 'root', uid: 0, user: 'root' }, mntns_id: 4026532179, parent: { comm: 'sh', pid: 1, tid: 1 }, pid: 28189, tid: 28191 }, runtime: { containerName: '' }, size, timestamp: '2026-11-23T16:45:18.921771290Z', timestamp_raw: at(0), ustack: NO_STACK, ...more }).replace('"addr":0', `"addr":${addr}`)}\n`;
const ADDR = 0x7f5eb0000010;

describe('trace_malloc', () => {
  it.each(['malloc', 'calloc', 'realloc', 'posix_memalign', 'aligned_alloc', 'valloc', 'memalign', 'pvalloc', 'mmap'])(
    '%s hands out',
    async (name) => {
      expect(await read(call(name, ADDR, 64))).toEqual([
        { kind: 'subject', pid: 28189, mntns: 4026532179 },
        { kind: 'allocation', call: name, atMs: 0, pid: 28189, address: '0x7f5eb0000010', bytes: 64, stack: null },
      ]);
    },
  );
  it.each(['free', 'realloc_free', 'munmap'])('%s gives back', async (name) => {
    expect(await read(call(name, ADDR))).toEqual([
      { kind: 'subject', pid: 28189, mntns: 4026532179 },
      { kind: 'free', atMs: 0, pid: 28189, address: '0x7f5eb0000010' },
    ]);
  });
  it('counts time from its first call, and has the stack where there is one', async () => {
    const found = await read(
      call('malloc', 16, 1),
      call('malloc', 32, 1, { timestamp_raw: at(1.5), ustack: stack('leak_once; 0x7f5eb3e741f5; ') }),
    );
    expect(of(found, 'allocation').map((a) => [a.atMs, a.stack])).toEqual([
      [0, null],
      [
        1500,
        [
          { symbol: 'leak_once', offset: null },
          { symbol: null, offset: null },
        ],
      ],
    ]);
  });
  it('tells nothing of calls that failed, of free(NULL), and of an operation it has no name for', async () => {
    expect(
      await read(
        call('malloc', 0, 64),
        call('mmap', '18446744073709551615', 64),
        call('free', 0),
        call('UNKNOWN', 16, 1),
      ),
    ).toMatchObject([{ kind: 'subject' }]);
  });
  it('says once that stacks were lost', async () => {
    const lost = { ustack: { ...NO_STACK, boot_timestamp: 1, inode: 1, stack_id: 4294967279 } };
    const found = await read(call('malloc', 16, 1, lost), call('malloc', 32, 1, lost));
    expect(of(found, 'allocation').map((a) => a.stack)).toEqual([null, null]);
    expect(of(found, 'notice')).toEqual([
      {
        kind: 'notice',
        code: 'lost-events',
        detail: 'a call without a stack: the table of stacks was full, or had no room for them',
      },
    ]);
  });
  it('is judged by the lives of its blocks', async () => {
    const lines = Array.from({ length: 30 }, (_, n) => [
      call('malloc', 4096 + n * 64, 48, { timestamp_raw: at(n), ustack: stack('keeps; ') }),
      call('malloc', 1 << 24, 32, { timestamp_raw: at(n + 0.1), ustack: stack('returns; ') }),
      call('free', 1 << 24, 0, { timestamp_raw: at(n + 0.5) }),
    ]);
    const verdict = judge(await read(...lines.flat()), { neededMs: 10_000 });
    expect(verdict).toMatchObject({
      answer: 'leak',
      sites: [
        { site: 'keeps', answer: 'leak', unfreedBlocks: 30, commonSize: 48 },
        { site: 'returns', answer: 'none' },
      ],
    });
  });
  it.each([
    ['no number', call('malloc', '"0x10"', 1)],
    ['less than nothing', call('malloc', 16, -1)],
    ['no process', call('malloc', 16, 1, { proc: 'leaker' })],
    ['half of it', `${call('malloc', 16, 1).slice(0, 90)}\n`],
  ])('%s is none of its lines, and said once', async (_, line) => {
    const found = await read(line, line, call('malloc', 16, 1));
    expect(codes(found)).toEqual(['unreadable']);
    expect(of(found, 'allocation')).toHaveLength(1);
  });
});
