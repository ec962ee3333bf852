import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folded, isBlock, mappingOf, onlyLibc } from '../../runner/evidence/fold.ts';
import { type Frame, provingAgeMs, type Site, type Snapshot } from '../../runner/evidence/model.ts';
import { judge } from '../../runner/evidence/verdict.ts';
import { load, versions } from '../tools/bcc/reading.ts';
import { holds } from '../property.ts';
import { absurd } from './absurd.ts';
import { MIB } from './simulate.ts';

const frame = (symbol: string | null, module?: string): Frame => ({
  symbol,
  offset: symbol === null ? null : 1,
  ...(module ? { module } : {}),
});
const CALLER = [frame('memory_leak_thread', 'stealth-leaker'), frame(null, 'libc.so.6')];
const LIBC = [frame(null, 'libc.so.6')];
const site = (stack: Frame[], blocks: number, size: number): Site => ({ stack, blocks, bytes: blocks * size });
const fold = (...sites: Site[]) => folded({ kind: 'snapshot', atMs: 0, sites }).sites;
const MAPPING = MIB + 4096;

describe('a mapping', () => {
  it.each([
    [1, 4096],
    [4080, 4096],
    [4081, 8192],
    [524288, 528384],
    [MIB, MAPPING],
  ])('for %i bytes and a header is of %i', (bytes, mapping) => {
    expect(mappingOf(bytes)).toBe(mapping);
    expect([isBlock(bytes, bytes), isBlock(mapping, bytes)]).toEqual([true, true]);
    expect([isBlock(bytes - 1, bytes), isBlock(mapping + 4096, bytes)]).toEqual([false, false]);
  });
});

describe('libc’s own', () => {
  it.each<[boolean, string, Frame[]]>([
    [true, 'glibc without symbols', LIBC],
    [
      true,
      'an older glibc, and its threads',
      [frame(null, 'libc-2.31.so'), frame('start_thread', 'libpthread-2.31.so')],
    ],
    [true, 'musl, which is its own loader', [frame('mmap', 'ld-musl-x86_64.so.1'), frame(null, 'ld-musl-x86_64.so.1')]],
    [
      true,
      'with debug symbols, whatever they are called',
      [frame('sysmalloc_mmap', 'libc.so.6'), frame('new_heap', 'libc.so.6'), frame('start_thread', 'libc.so.6')],
    ],
    [true, 'names alone, of libc', [frame('mmap64'), frame('__libc_malloc'), frame('start_thread')]],
    [false, 'a caller above it', CALLER],
    [false, 'a program without symbols', [frame(null, 'stealth-leaker'), frame(null, 'libc.so.6')]],
    [
      false,
      'a program’s function called like one of libc’s',
      [frame('malloc', 'stealth-leaker'), frame(null, 'libc.so.6')],
    ],
    [false, 'a library whose name begins alike', [frame(null, 'libcrypto.so.3'), frame(null, 'libcurl.so.4')]],
    [false, 'addresses of nobody', [frame(null), frame(null)]],
    [false, 'nothing', []],
  ])('%s: %s', (expected, _, stack) => {
    expect(onlyLibc({ stack, blocks: 1, bytes: 1 })).toBe(expected);
  });
});

describe('one block seen twice', () => {
  it.each([
    [5, 5],
    [5, 6],
    [6, 5],
    [25, 3],
  ])('%i of the caller’s and %i in libc are counted once', (callers, inLibc) => {
    expect(fold(site(CALLER, callers, MIB), site(LIBC, inLibc, MAPPING))).toEqual([site(CALLER, callers, MIB)]);
  });
  it('what callers don’t account for is left, and not added to them', () => {
    expect(fold(site(CALLER, 6, MIB), site(LIBC, 8, MAPPING))).toEqual([site(CALLER, 6, MIB), site(LIBC, 2, MAPPING)]);
  });
  it('two callers account for the mappings of both', () => {
    const other = [frame('report_cache_thread', 'stealth-leaker'), ...LIBC];
    expect(fold(site(LIBC, 9, MAPPING), site(CALLER, 4, MIB), site(other, 5, MIB))).toEqual([
      site(CALLER, 4, MIB),
      site(other, 5, MIB),
    ]);
  });
  it('one caller accounts for mappings by two ways through libc', () => {
    const calloc = [frame('__libc_calloc', 'libc.so.6'), ...LIBC];
    expect(fold(site(CALLER, 9, MIB), site(LIBC, 4, MAPPING), site(calloc, 5, MAPPING))).toEqual([
      site(CALLER, 9, MIB),
    ]);
  });
  it('another size is another block', () => {
    const both = [site(CALLER, 5, MIB), site(LIBC, 5, MIB / 2 + 4096)];
    expect(fold(...both)).toEqual(both);
  });
  it('a lost caller stays', () => {
    for (const lost of [site(LIBC, 5, MAPPING), site(LIBC, 5, MIB)]) expect(fold(lost)).toEqual([lost]);
  });
  it('nothing of a snapshot changes but its sites, and not the one given', () => {
    const given: Snapshot = { kind: 'snapshot', atMs: 7, sites: [site(CALLER, 6, MIB), site(LIBC, 8, MAPPING)] };
    const before = structuredClone(given);
    expect(folded(given)).toMatchObject({ kind: 'snapshot', atMs: 7 });
    expect(given).toEqual(before);
  });
  it('sites of no blocks are borne', () => {
    expect(fold(site(CALLER, 0, 0), { stack: LIBC, blocks: 0, bytes: 5 })).toHaveLength(2);
  });
});

describe('whatever was listed', () => {
  const count = (sites: Site[]) => sites.reduce((n, { blocks }) => n + blocks, 0);
  const entries = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 4 });

  it(
    'every block is counted once, by its caller where that is known',
    holds(entries, entries, (callers, inLibc) => {
      const known = callers.map((n, i) => site([frame(`f${i}`, 'stealth-leaker'), ...LIBC], n, MIB));
      const lost = inLibc.map((n) => site(LIBC, n, MAPPING));
      const sites = fold(...lost, ...known);
      expect(sites.filter((s) => s.stack[0]?.module === 'stealth-leaker')).toEqual(known);
      // One more or less of an entry may have been between the two probes.
      const left = Math.max(0, count(lost) - count(known));
      expect(count(sites) - count(known)).toBeLessThanOrEqual(left);
      expect(count(sites) - count(known)).toBeGreaterThanOrEqual(left - (known.length > 0 ? lost.length : 0));
    }),
  );
  it(
    'there are never more blocks than before, and folding again changes nothing',
    holds(absurd, (evidence) => {
      for (const e of evidence) {
        if (e.kind !== 'snapshot') continue;
        const once = folded(e);
        expect(once.sites.length).toBeLessThanOrEqual(e.sites.length);
        expect(folded(once).sites.length).toBeLessThanOrEqual(once.sites.length);
      }
    }),
  );
});

/** Of a service whose twin keeps a block for three periods of 300 ms. */
const judged = (lists: Snapshot[]) => judge(lists, { neededMs: provingAgeMs({ periodMs: 300 }) });

describe.each(versions)('BCC %s', (version) => {
  const lists = async (name: string) => (await load(`${version}/${name}.txt`)).snapshots;

  it.each(['leaker', 'twin', 'combined', 'older', 'half-block', 'target-dies', 'sample'])(
    '%s: one site in a list, and as many blocks as its larger entry has',
    async (name) => {
      for (const list of await lists(`memleak-${name}`)) {
        const most = Math.max(0, ...list.sites.map((s) => s.blocks));
        const sites = folded(list).sites;
        expect(sites.reduce((n, s) => n + s.blocks, 0)).toBeGreaterThanOrEqual(most - 1);
        expect(sites.reduce((n, s) => n + s.blocks, 0)).toBeLessThanOrEqual(most);
        if (name !== 'sample') expect(sites.length).toBeLessThanOrEqual(1);
      }
    },
  );
  it('the leaker leaks, its caller known or not', async () => {
    const verdict = judged(await lists('memleak-leaker'));
    expect(verdict.answer).toBe('leak');
    expect(verdict.sites.map((s) => [s.stack[0]?.symbol, s.commonSize])).toEqual([
      version === '0.26.0' ? [null, MAPPING] : ['memory_leak_thread', MIB],
    ]);
    expect(verdict.sites[0]?.unfreedBlocks).toBe(25);
  });
  it('below the threshold, by name', async () => {
    expect(
      judged(await lists('memleak-leaker-threshold')).sites.find((s) => s.answer === 'leak')?.stack[0]?.symbol,
    ).toBe('memory_leak_thread');
  });
  it.each(['memleak-twin', 'memleak-twin-threshold', 'memleak-older-twin', 'memleak-idle', 'memleak-object-other'])(
    '%s is no leak',
    async (name) => {
      expect(judged(await lists(name)).answer).not.toBe('leak');
    },
  );
});

it.each(['0.31.0', '0.37.0'])('memleak of libbpf-tools %s: the leaker leaks, its twin does not', async (version) => {
  const answer = async (name: string) => judged((await load(`${version}/memleak-libbpf-${name}.txt`)).snapshots).answer;
  expect(await answer('leaker')).toBe('leak');
  expect(await answer('leaker-threshold')).toBe('leak');
  expect(await answer('twin')).toBe('none');
  expect(await answer('twin-threshold')).toBe('none');
});
