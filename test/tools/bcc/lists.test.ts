import { describe, expect, it } from 'vitest';
import { of, read } from './reading.ts';

const LIST =
  '[21:46:02] Top 10 stacks with outstanding allocations:\n\t1048576 bytes in 1 allocations from stack\n\t\t0x1\tf+0x1 [a]\n';
const snapshot = {
  kind: 'snapshot',
  atMs: 0,
  sites: [{ stack: [{ symbol: 'f', offset: 1, module: 'a' }], blocks: 1, bytes: 1048576 }],
};

describe('a list', () => {
  it('that nothing follows is no snapshot', async () => {
    expect(await read(LIST)).toEqual([]);
    expect(await read(`${LIST}\n\n`)).toEqual([]);
  });
  it('is one where another follows', async () => {
    expect(of(await read(`${LIST}[21:46:03] Top 10 stacks with outstanding allocations:\n`), 'snapshot')).toEqual([
      snapshot,
    ]);
  });
  it.each(['$ ', 'me@host:~# exit\n', '^C$ ', 'done\n', 'Attaching to pid 7, Ctrl+C to quit.\n'])(
    'is the last one where %j follows',
    async (after) => {
      expect(of(await read(LIST + after), 'snapshot')).toEqual([{ ...snapshot, last: true }]);
    },
  );
  it.each([
    'open(/sys/kernel/tracing/uprobe_events): No such file or directory\n',
    'Exception ignored in atexit callback <bound method BPF.cleanup>:\nTraceback (most recent call last):\n',
  ])('is none where only %j follows: what a machine complains of at the end closes nothing', async (noise) => {
    expect(of(await read(LIST + noise), 'snapshot')).toEqual([]);
    expect(of(await read(`${LIST}${noise}done\n`), 'snapshot')).toEqual([{ ...snapshot, last: true }]);
  });
  it.each(['Traceback (most recent call last):\n', 'Terminated\n', 'Killed\n'])(
    'that %j broke is none',
    async (after) => {
      expect(of(await read(`${LIST}${after}$ `), 'snapshot')).toEqual([]);
    },
  );
  it('goes on after a line of stderr, or of a later version', async () => {
    const more = '\t2 bytes in 2 allocations from stack\n\t\t0x1\tg+0x1 [a]\n';
    for (const line of ['some warning: of the compiler\n', 'Total: 3 blocks of 12 stacks (new in 0.99)\n', '\n']) {
      expect((await read(`${LIST}${line}${more}$ `))[0]).toMatchObject({ sites: [{ blocks: 1 }, { blocks: 2 }] });
    }
  });
  it('cut off in the middle of a line says so', async () => {
    expect(await read(`${LIST}\t\t0x7f`)).toMatchObject([{ kind: 'notice', code: 'cut-off' }]);
  });
});

describe('time', () => {
  const at = (...times: string[]) =>
    read(...times.map((t) => `[${t}] Top 10 stacks with outstanding allocations:\n`), '$ ').then((e) =>
      of(e, 'snapshot').map((s) => s.atMs),
    );
  it('counts from the first list, zeros or not', async () => {
    expect(await at('21:46:02', '21:46:03', '21:47:02')).toEqual([0, 1000, 60_000]);
    expect(await at('9:5:6', '9:5:16')).toEqual([0, 10_000]);
  });
  it('goes on past midnight, more than once', async () => {
    expect(await at('23:59:59', '00:00:01', '23:59:59', '0:0:0')).toEqual([0, 2000, 86_400_000, 86_401_000]);
  });
  it('stands still where the clock is set back', async () => {
    expect(await at('12:00:05', '12:00:04', '12:00:06')).toEqual([0, 0, 2000]);
    expect(await at('02:59:59', '02:00:00', '02:00:05')).toEqual([0, 0, 5000]);
  });
  it('is none that no clock shows', async () => {
    expect(await at('99:99:99', '24:61:00')).toEqual([]);
  });
});
