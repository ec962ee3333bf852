import { describe, expect, it } from 'vitest';
import { callSite } from '../../../runner/evidence/site.ts';
import { codes, of, read } from './reading.ts';

const ended = (text: string) => read(`Attaching 4 probes...\n${text}\nme@host:~$ \n`);
const sites = async (text: string) =>
  of(await ended(text), 'snapshot').map((s) => s.sites.map((x) => [callSite(x.stack), x.blocks, x.bytes]));
const stack = (...names: string[]) => `\n${names.map((name, i) => `    ${name}+${i + 1}0\n`).join('')}`;

describe('pairs of somebody else’s script, as they are printed when it ends', () => {
  const DUMP = `@alloc_size[94024000000001]: 4008\n@alloc_size[94024000000002]: 4008\n@alloc_size[94024000000003]: 300\n@alloc_stack[94024000000001]: ${stack('remember_order', 'main')}\n@alloc_stack[94024000000002]: ${stack('remember_order', 'main')}\n@alloc_stack[94024000000003]: ${stack('parse', 'main')}\n@tmp[1234]: 0\n`;
  it('are call sites: what has not come back by then', async () => {
    expect(await sites(DUMP)).toEqual([
      [
        ['remember_order', 2, 8016],
        ['parse', 1, 300],
      ],
    ]);
  });
  it('are evidence, and no proof', async () => {
    expect(of(await ended(DUMP), 'snapshot')).toMatchObject([{ unproven: true, untimed: true, last: true }]);
  });
  it('before a prompt comes they may go on', async () => {
    expect(of(await read(DUMP), 'snapshot')).toEqual([]);
  });
  it('of -f json are the same', async () => {
    const json = [
      { type: 'map', data: { '@alloc_size': { 94024000000001: 4008, 94024000000002: 8 } } },
      {
        type: 'map',
        data: {
          '@alloc_stack': {
            94024000000001: '\n        remember_order+20\n        main+9\n',
            94024000000002: '\n        parse+20\n        main+9\n',
          },
        },
      },
    ];
    expect(await sites(json.map((line) => JSON.stringify(line).replace('{"type":', '{"type": ')).join('\n'))).toEqual([
      [
        ['remember_order', 1, 4008],
        ['parse', 1, 8],
      ],
    ]);
  });
});

describe('sums by stack under any name', () => {
  it.each([
    ['@bytes_by_stack', '', [null, 0, 640]],
    ['@total', 'leaky, 1234, ', ['lost', 0, 640]],
    ['@count', '', ['lost', 640, 0]],
    ['@', '', ['lost', 640, 0]],
  ])('%s', async (name, before, [, blocks, bytes]) => {
    expect(await sites(`${name}[${before}${stack('lost', 'main')}]: 640\n`)).toEqual([[['lost', blocks, bytes]]]);
  });
  it('each print is a look, by the time that was printed before it', async () => {
    const print = (n: number) => `@held[${stack('lost', 'main')}]: ${n}\n`;
    const found = of(await ended(`10:00:01\n${print(1)}10:00:03\n${print(2)}10:00:06\n${print(3)}`), 'snapshot');
    expect(found.map((s) => [s.atMs, s.untimed, s.sites[0]?.bytes])).toEqual([
      [0, undefined, 1],
      [2000, undefined, 2],
      [5000, undefined, 3],
    ]);
    const untimed = of(await ended(`${print(1)}\n${print(2)}\n${print(3)}`), 'snapshot');
    expect(untimed.map((s) => [s.atMs, s.untimed])).toEqual([
      [0, true],
      [1, true],
      [2, true],
    ]);
  });
  it('our own snapshot lines go before all that', async () => {
    const found = await ended(`@blocks[${stack('f')}]: 1\n-- snapshot at 5 ms\n@blocks[${stack('f')}]: 2\n`);
    expect(of(found, 'snapshot')).toMatchObject([{ atMs: 5, sites: [{ blocks: 1 }] }]);
  });
  it('below zero are said to be absurd', async () => {
    expect(codes(await ended(`@held[${stack('lost')}]: -5\n`))).toEqual(['absurd']);
  });
});

describe('what nothing can be made of', () => {
  it('is named', async () => {
    const found = await ended(
      '@sizes:\n[4, 8)       1 |@@@|\n[8, 16)      2 |@@@@@@|\n\n@lat: count 1, average 9, total 9\n',
    );
    expect(of(found, 'notice')).toEqual([{ kind: 'notice', code: 'unused', detail: '@sizes, @lat' }]);
  });
});

describe('calls in any form', () => {
  const call = {
    kind: 'allocation',
    call: 'malloc',
    atMs: null,
    pid: null,
    address: '0x55d0aabb',
    bytes: 64,
    stack: null,
  };
  const back = { kind: 'free', atMs: null, pid: null, address: '0x55d0aabb' };
  it.each([
    ['malloc(64) = 0x55d0aabb', [call]],
    ['malloc: size=64 ptr=0x55d0aabb', [call]],
    ['alloc 0x55d0aabb 64', [call]],
    ['+ 0x55d0aabb 64', [call]],
    ['ALLOC addr=0x55D0AABB bytes=64 pid=7', [{ ...call, pid: 7 }]],
    ['pid 7: allocated 64 bytes at 0x55d0aabb', [{ ...call, pid: 7 }]],
    ['[7] malloc(64) -> 0x55d0aabb', [{ ...call, pid: 7 }]],
    ['calloc(4, 16) = 0x55d0aabb', [{ ...call, call: 'calloc' }]],
    ['realloc(0x55d0aabb, 80) = 0x55d0ffff', [back, { ...call, call: 'realloc', address: '0x55d0ffff', bytes: 80 }]],
    ['12.5 ms malloc(64) = 0x55d0aabb', [{ ...call, atMs: 12.5 }]],
    ['2500000000000 malloc(64) = 0x55d0aabb', [{ ...call, atMs: 0 }]],
    ['free(0x55d0aabb)', [back]],
    ['freed ptr=0x55d0aabb', [back]],
    ['- 0x55d0aabb', [back]],
    [
      'PID 7: Alloc/Free ratio: 30/10 = 3',
      [
        { kind: 'counter', name: 'allocs', key: '7', value: 30, atMs: null },
        { kind: 'counter', name: 'frees', key: '7', value: 10, atMs: null },
      ],
    ],
    ['PID 7: malloc(64) - Total: 3 calls, 192 bytes', [{ ...call, pid: 7, address: null }]],
  ])('%s', async (line, expected) => {
    expect(await read(`${line}\n`)).toEqual(expected);
  });
  it('with the time of day before them', async () => {
    const found = of(
      await read('10:00:01 PID 7: malloc(5) - Total: 3 calls, 9 bytes\n10:00:03 PID 7: malloc(5)\n'),
      'allocation',
    );
    expect(found.map((a) => a.atMs)).toEqual([0, 2000]);
  });
  it('with their stacks', async () => {
    const found = of(
      await read('malloc(64) = 0x55d0aabb\n        lost+71\n        main+9\n\nfree(0x55d0aabb)\n'),
      'allocation',
    );
    expect(found.map((a) => callSite(a.stack ?? []))).toEqual(['lost']);
  });
  it.each([
    'free(0x0)',
    'malloc(64) = 0x0',
    'malloc(64)',
    'something at 0x55d0aabb',
    'malloc = 0x55d0aabb',
    'free malloc',
  ])('nothing in %s', async (line) => {
    expect(await read(`${line}\n`)).toEqual([]);
  });
});
