import { describe, expect, it } from 'vitest';
import { codes, of, read } from './reading.ts';

const stack = '        f+71\n        g+773\n';
const frames = [
  { symbol: 'f', offset: 71 },
  { symbol: 'g', offset: 773 },
];
const call = { kind: 'allocation', call: 'malloc', atMs: null, pid: 12, address: null, bytes: null, stack: null };

describe('lines that tell of a call', () => {
  it.each([
    ['PID 12: watching malloc', { kind: 'subject', pid: 12 }],
    ['PID 12: mmap size=1052672', { kind: 'syscall', name: 'mmap', atMs: null, pid: 12, bytes: 1052672 }],
    ['7 ms PID 12: mmap size=4096', { kind: 'syscall', name: 'mmap', atMs: 7, pid: 12, bytes: 4096 }],
    ['PID 12: malloc size=5', { ...call, bytes: 5 }],
    ['PID 12: malloc(5)', { ...call, bytes: 5 }],
    ['7 ms PID 12: malloc(5)', { ...call, bytes: 5, atMs: 7 }],
    ['PID 12: malloc returned 0x7f00', { ...call, address: '0x7f00' }],
    ['Large allocation: PID 12, size 5 bytes', { ...call, bytes: 5 }],
    ['7 ms Large allocation: PID 12, size 5 bytes', { ...call, bytes: 5, atMs: 7 }],
    ['7 ms + 0x7f00 5', { ...call, pid: null, bytes: 5, atMs: 7, address: '0x7f00' }],
    ['7 ms PID 12: + 0x7f00 5', { ...call, bytes: 5, atMs: 7, address: '0x7f00' }],
    ['7 ms - 0x7f00', { kind: 'free', atMs: 7, pid: null, address: '0x7f00' }],
    ['7 ms PID 12: - 0x7f00', { kind: 'free', atMs: 7, pid: 12, address: '0x7f00' }],
  ])('%s', async (line, expected) => {
    expect(await read(`${line}\n`)).toEqual([expected]);
  });

  it.each([
    '7 ms + 0x7f00 99999999999999999',
    'PID 12: malloc size=9007199254740992',
    'PID 12: malloc size=-1',
    '7 ms + 0x0 5',
    '7 ms - 0x0',
    'PID 12: malloc(5) or so',
    ' PID 12: malloc(5)',
    'PID x: malloc(5)',
  ])('nothing in %s', async (line) => {
    expect(await read(`${line}\n`)).toEqual([]);
  });
});

describe('stacks', () => {
  it('belong to the allocation before them, up to the next line of another kind', async () => {
    const found = of(await read(`1 ms + 0x10 5\n${stack}2 ms + 0x20 5\n${stack}2 ms - 0x10\n`), 'allocation');
    expect(found.map((a) => a.stack)).toEqual([frames, frames]);
  });
  it('are empty where others have one', async () => {
    const found = of(await read(`1 ms + 0x10 5\n${stack}2 ms + 0x20 5\n3 ms - 0x10\n`), 'allocation');
    expect(found.map((a) => a.stack)).toEqual([frames, []]);
  });
  it('may be printed by themselves, after an empty line', async () => {
    expect(of(await read(`PID 1: malloc(5)\n\n${stack}\n`), 'allocation')[0]?.stack).toEqual(frames);
  });
  it.each([
    ['\t55d33ac461e0 f+71 (/srv/a b)', { symbol: 'f', offset: 71 }],
    ['\t7f22349921f5 0x7f22349921f5 ([unknown])', { symbol: null, offset: null }],
    ['        0x7f22349921f5', { symbol: null, offset: null }],
    ['        7f22349921f5', { symbol: null, offset: null }],
    ['        operator new(unsigned long)+28', { symbol: 'operator new(unsigned long)', offset: 28 }],
    [
      '\t55d33ac461e0 std::vector<int, A>::grow(int const&)+45 (/lib/x.so)',
      { symbol: 'std::vector<int, A>::grow(int const&)', offset: 45 },
    ],
    ['    main', { symbol: 'main', offset: null }],
  ])('%j', async (line, frame) => {
    expect(of(await read(`1 ms + 0x10 5\n${line}\n\n`), 'allocation')[0]?.stack).toEqual([frame]);
  });
  it('stay whole when stderr comes between', async () => {
    const found = await read(
      `1 ms + 0x10 5\n        f+71\nERROR: failed to detach probe: x\nLost 3 events\n        g+773\n\n`,
    );
    expect(of(found, 'allocation')[0]?.stack).toEqual(frames);
    expect(found.map((e) => e.kind)).toEqual(['allocation', 'counter', 'notice']);
    expect(of(found, 'counter')).toMatchObject([{ name: 'lost', key: 'events', value: 3 }]);
  });
  it('that may go on are left out at the end of input; one seen before is whole', async () => {
    expect(await read(`1 ms + 0x10 5\n${stack}`)).toMatchObject([{ code: 'cut-off' }]);
    expect(codes(await read(`1 ms + 0x10 5\n${stack}2 ms + 0x20 5\n${stack}`))).toEqual([]);
    expect(codes(await read(`1 ms + 0x10 5\n${stack}2 ms + 0x20 5\n        f+71\n`))).toEqual(['cut-off']);
  });
});

describe('maps', () => {
  const map = (name: string, value: number) => `@${name}[\n    f+71\n    g+773\n]: ${value}\n`;
  const at = (ms: number) => `-- snapshot at ${ms} ms\n`;

  it('join blocks and bytes into a snapshot, and make counters of the rest', async () => {
    expect(await read(`${map('blocks', 2)}${map('bytes', 10)}@n: 3\n@k[a, 1]: 4\n${at(500)}`)).toEqual([
      { kind: 'snapshot', atMs: 500, sites: [{ stack: frames, blocks: 2, bytes: 10 }] },
      { kind: 'counter', name: 'n', key: '', value: 3, atMs: 500 },
      { kind: 'counter', name: 'k', key: 'a,1', value: 4, atMs: 500 },
    ]);
  });
  it('count as printed last, whole', async () => {
    const found = of(
      await read(`@k[a]: 1\n@k[b]: 1\n\n@k[a]: 2\n${at(1)}@k[a]: 3\n@k[b]: 3\n@k[a]: 4\n${at(2)}`),
      'counter',
    );
    expect(found.map((c) => [c.key, c.value, c.atMs])).toEqual([
      ['a', 2, 1],
      ['a', 4, 2],
    ]);
  });
  it('leave an empty snapshot once there had been one, and drop sites that hold nothing', async () => {
    expect(
      of(
        await read(`${at(1)}${map('blocks', 2)}${at(2)}${at(3)}${map('blocks', 0)}${map('bytes', 0)}${at(4)}`),
        'snapshot',
      ).map((s) => s.sites.length),
    ).toEqual([1, 0, 0]);
  });
  it('add up where stacks differ in nothing but unnamed addresses', async () => {
    const found = of(await read(`@bytes[\n    0x7f01\n]: 2\n@bytes[\n    0x7f02\n]: 3\n${at(1)}`), 'snapshot');
    expect(found[0]?.sites).toEqual([{ stack: [{ symbol: null, offset: null }], blocks: 0, bytes: 5 }]);
  });
  it('are no evidence after the last snapshot line, nor without any', async () => {
    expect(await read(`${at(1)}@n: 3\n`)).toEqual([]);
    expect(await read('@n: 3\n')).toMatchObject([{ code: 'cut-off', detail: expect.stringContaining('snapshot') }]);
  });
  it('are cut off inside a key', async () => {
    expect(await read(`${at(1)}@bytes[\n    f+71\n`)).toMatchObject([
      { code: 'cut-off', detail: 'inside a key of @bytes' },
    ]);
  });
  it('skip what is no number', async () => {
    expect(
      await read(
        `@s: count 1, average 9, total 9\n@h:\n[4, 8)       1 |@@@|\n@big: 18446744073709551615\n@f: 1.5\n@b["]: 1"]: x\n${at(1)}`,
      ),
    ).toEqual([]);
  });
  it('take any key', async () => {
    const found = of(
      await read(`@__proto__[__proto__]: 1\n@k[constructor]: 2\n@k[a]: 7 b]: 3\n@u[1, x\ny]: 4\n${at(1)}`),
      'counter',
    );
    expect(found.map((c) => [c.name, c.key, c.value])).toEqual([
      ['__proto__', '__proto__', 1],
      ['k', 'constructor', 2],
      ['k', 'a]: 7 b', 3],
      ['u', '1,xy', 4],
    ]);
    const json = of(
      await read(
        '{"type": "map", "data": {"@__proto__": {"__proto__": 1}}}\n{"type": "printf", "data": "-- snapshot at 1 ms\\n"}\n',
      ),
      'counter',
    );
    expect(json).toMatchObject([{ name: '__proto__', key: '__proto__', value: 1 }]);
  });
});

describe('what is said about the run', () => {
  it.each([
    ['bash: line 1: bpftrace: command not found', 'tool-missing'],
    ['sudo: bpftrace: command not found', 'tool-missing'],
    ['sh: 1: bpftrace: not found', 'tool-missing'],
    ['zsh: command not found: bpftrace', 'tool-missing'],
    ['exec: "bpftrace": executable file not found in $PATH', 'tool-missing'],
    ['sudo: a password is required', 'needs-root'],
    ['[11:46:18] Top 10 stacks with outstanding allocations:', 'other-tool'],
    ['Attaching to pid 27279, Ctrl+C to quit.', 'other-tool'],
    ['==4242== Memcheck, a memory error detector', 'other-tool'],
    ['{"k8s":{"containerName":"x"},"size":5}', 'other-tool'],
    ['outstanding.bt:12:24-35: ERROR: Undefined map: @x', 'script-rejected'],
  ])('%s: %s', async (line, code) => {
    expect(await read(`${line}\n`)).toEqual([{ kind: 'notice', code, detail: line }]);
  });
  it.each([
    '$ sudo bpftrace -e "ERROR: x"',
    'me@host:~$ bpftrace x.bt',
    '[me@host src]# bpftrace: not found',
    '^C',
    'Attaching 7 probes...',
    'Attached 7 probes',
    'x.bt:12:24-35: WARNING: Expression of type: uint64',
    '  @bytes[ustack(4)] += @asked[tid];',
    '   ~~~~~~',
  ])('%s is nothing', async (line) => {
    expect(await read(`${line}\n`)).toEqual([]);
  });
  it('is cut off in the middle of a line, not at a prompt', async () => {
    expect(codes(await read('PID 1: malloc(5)\nPID 1: mal'))).toEqual(['cut-off']);
    expect(codes(await read('PID 1: malloc(5)\nme@host:~$ '))).toEqual([]);
    expect(codes(await read('PID 1: malloc(5)\n$ '))).toEqual([]);
  });
});
