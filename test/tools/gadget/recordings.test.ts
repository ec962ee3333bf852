import { expect, it } from 'vitest';
import { outstandingGrows } from '../../../runner/evidence/criteria/freeing.ts';
import { namesHolder } from '../../../runner/evidence/criteria/outstanding.ts';
import { match } from '../../../runner/evidence/match.ts';
import type { Evidence, Truth } from '../../../runner/evidence/model.ts';
import { labels, of, read, recording } from './reading.ts';

const MIB = 1048576;
const TRUTH: Truth = {
  workload: 'trial',
  leaks: true,
  call: 'malloc',
  function: 'leak_once',
  blockBytes: MIB,
  periodMs: 1000,
  capBytes: 2 ** 31,
};
const frames = (...symbols: (string | null)[]) => symbols.map((symbol) => ({ symbol, offset: null }));
const HEALTHY = frames('healthy_thread', null);
const LEAKING = frames('leak_once', 'memory_leak_thread', null);
const standing = (evidence: Evidence[], criterion: ReturnType<typeof namesHolder>) =>
  match([criterion], { evidence, truth: TRUTH, subjects: { pid: 1, innerPid: 1, libc: '', owns: null } }).criteria[0];

/** All that one fetch of a recording says: how many blocks leak by now, and the running totals. */
const told = (
  path: string,
  atMs: number,
  blocks: number,
  allocs: number,
  frees: number,
  requested: number,
): Evidence[] => [
  {
    kind: 'snapshot',
    atMs,
    sites: [
      { stack: HEALTHY, blocks: 1, bytes: 65536 },
      { stack: LEAKING, blocks, bytes: blocks * MIB },
    ],
  },
  ...Object.entries({ allocs, frees, requested }).map(
    ([name, value]): Evidence => ({ kind: 'counter', name, key: String(labels[path]?.pid), value, atMs }),
  ),
];
const subject = (path: string) => ({ kind: 'subject', pid: labels[path]?.pid, mntns: labels[path]?.mntns });

it('ig-host.json: three fetches, each complete', async () => {
  const path = '0.55.1/ig-host.json';
  const evidence = await read(recording(path));
  expect(evidence).toEqual([
    subject(path),
    ...told(path, 0, 6, 32, 25, 8129856),
    ...told(path, 1, 11, 62, 50, 15011136),
    ...told(path, 2, 16, 91, 74, 21826880),
  ]);
  expect(standing(evidence, namesHolder())).toMatchObject({ state: 'met' });
  // Fetches without timestamps have an order, and no length that a verdict could rest on.
  expect(standing(evidence, outstandingGrows())).toMatchObject({ state: 'more' });
});

it('kubectl-run.json: nothing until the first call site, then two fetches', async () => {
  const path = '0.55.1/kubectl-run.json';
  const evidence = await read(recording(path));
  expect(evidence).toEqual([
    subject(path),
    ...told(path, 1, 5, 31, 25, 6946816),
    ...told(path, 2, 10, 61, 50, 13828096),
  ]);
});

const snapshots = async (path: string) => of(await read(recording(path)), 'snapshot');
const site = (stack: (string | null)[], blocks: number, bytes: number) => ({ stack: frames(...stack), blocks, bytes });

it('kubectl-run.columns.txt: a table with stacks is read, though its names of columns are cut', async () => {
  expect(await snapshots('0.55.1/kubectl-run.columns.txt')).toEqual([
    { kind: 'snapshot', atMs: 0, sites: [] },
    { kind: 'snapshot', atMs: 1, sites: [] },
    {
      kind: 'snapshot',
      atMs: 2,
      last: true,
      sites: [site(['leak_once', 'memory_leak_thread', null], 5, 5 * MIB), site(['healthy_thread', null], 1, 65536)],
    },
  ]);
});
it('ig-host.columns.txt: a table without stacks says which field it lacks, and is no evidence', async () => {
  expect(await read(recording('0.55.1/ig-host.columns.txt'))).toEqual([
    { kind: 'notice', code: 'no-function', detail: expect.stringMatching(/^RUNTIME\.CONTAINERNAME COMM PID .* LOST$/) },
  ]);
});
it('ig-host.columns-stack.txt: numbers are read off no terminal, too, and a name without its end is none', async () => {
  const said = await read(recording('0.55.1/ig-host.columns-stack.txt'));
  expect(said).toContainEqual({ kind: 'subject', pid: 183 });
  expect(of(said, 'notice')).toEqual([{ kind: 'notice', code: 'no-function', detail: 'memory_leak_thr…' }]);
  expect(of(said, 'snapshot')).toEqual([
    { kind: 'snapshot', atMs: 0, sites: [site([null], 6, 6 * MIB)] },
    { kind: 'snapshot', atMs: 1, sites: [site([null], 10, 10 * MIB)], last: true },
  ]);
});

it('every recording is of a known version, and of one process', async () => {
  for (const [path, label] of Object.entries(labels)) {
    expect(path.startsWith(`${label.version}/`)).toBe(true);
    expect(of(await read(recording(path)), 'subject').every((s) => s.pid === label.pid)).toBe(true);
  }
});
