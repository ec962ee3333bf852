import { describe, expect, it } from 'vitest';
import type { Frame } from '../../runner/evidence/model.ts';
import { callSite, lostCaller, parseFrame, siteOf } from '../../runner/evidence/site.ts';
import { times } from '../property.ts';
import { frames } from './absurd.ts';

const stack = (...symbols: (string | null)[]): Frame[] =>
  symbols.map((symbol, i) => ({ symbol, offset: symbol === null ? null : 10 + i }));

describe('the call site', () => {
  it.each([
    ['the function itself', stack('memory_leak_thread', 'start_thread'), 'memory_leak_thread'],
    ['under malloc', stack('malloc', 'memory_leak_thread'), 'memory_leak_thread'],
    [
      'under the mmap inside libc',
      stack('sysmalloc_mmap', 'sysmalloc', '_int_malloc', '__libc_malloc', 'memory_leak_thread', 'clone3'),
      'memory_leak_thread',
    ],
    ['under sysmalloc_mmap.isra.0', stack('sysmalloc_mmap.isra.0', 'f'), 'f'],
    ['under new', stack('malloc', 'operator new(unsigned long)', 'Cache::put(int)'), 'Cache::put(int)'],
    ['under new, mangled', stack('_Znwm', '_ZN5Cache3putEi'), '_ZN5Cache3putEi'],
    ['under new[], mangled', stack('_Znam', 'f'), 'f'],
    ['under strdup by either of its names', stack('__strdup', 'f'), 'f'],
    ['under calloc and realloc', stack('realloc', 'calloc', 'f'), 'f'],
    ['under what libc does for asprintf', stack('__vasprintf_internal', 'f', 'main'), 'f'],
    ['under getline by its other name', stack('getdelim', 'f', 'main'), 'f'],
    ['under Rust’s own call', stack('__rust_alloc', '__rdl_alloc', 'r::leak_here'), 'r::leak_here'],
    ['under Rust’s own call, as 1.87 has it', stack('__rustc::__rust_alloc', 'r::f'), 'r::f'],
    [
      'under Rust’s containers',
      stack('<alloc::raw_vec::RawVec<u8>>::grow_one', 'alloc::vec::Vec<T,A>::push', 'r::main::{closure#0}'),
      'r::main::{closure#0}',
    ],
    ['a namespace of C++ by that name', stack('alloc::pool(int)', 'main'), 'alloc::pool(int)'],
    ['under mmap64', stack('mmap64', 'f'), 'f'],
    ['the innermost of several', stack('inner', 'outer', 'main'), 'inner'],
    ['below a frame without a name', stack(null, 'f', 'start_thread'), 'f'],
    ['a wrapper by a similar name', stack('malloc', 'xmalloc', 'f'), 'xmalloc'],
    ['not the thread', stack('malloc', 'start_thread', 'clone3'), null],
    ['not the program', stack('__libc_start_call_main', '_start'), null],
    ['not an address', stack(null, null), null],
    ['of nothing', [], null],
  ])('%s', (_, frames, expected) => {
    expect(callSite(frames)).toBe(expected);
  });
});

describe('a lost caller', () => {
  it.each([
    ['malloc and the thread', stack('malloc', 'start_thread'), true],
    ['malloc and an address', stack('malloc', null), true],
    ['malloc alone', stack('malloc'), true],
    ['the thread alone', stack('start_thread', 'clone3'), true],
    ['a named caller', stack('malloc', 'f', 'start_thread'), false],
    ['a caller without a name above the thread: stripped, not lost', stack(null, 'start_thread'), false],
    ['addresses', stack(null, null), false],
    ['nothing', [], false],
  ])('%s: %s', (_, frames, expected) => {
    expect(lostCaller(frames)).toBe(expected);
  });
  it(
    'has no call site',
    times(1000)(frames, (stack) => {
      if (lostCaller(stack)) expect(callSite(stack)).toBeNull();
    }),
  );
});

describe('the key of a site', () => {
  it('is the whole stack, with offsets', () => {
    expect(
      siteOf([
        { symbol: 'f', offset: 71 },
        { symbol: 'g', offset: null },
        { symbol: null, offset: null },
      ]),
    ).toBe('f+71 ← g ← ?');
    expect(siteOf([])).toBe('?');
  });
  it('tells two paths to one function apart', () => {
    expect(siteOf(stack('f', 'g'))).not.toBe(siteOf(stack('f', 'h')));
  });
});

describe('a frame', () => {
  it.each([
    ['memory_leak_thread+71', 'memory_leak_thread', 71],
    ['  memory_leak_thread+0x47 ', 'memory_leak_thread', 71],
    ['malloc+0', 'malloc', 0],
    ['main', 'main', null],
    ['0x7ff900f4e1f5', null, null],
    ['0X7FF9', null, null],
    ['[unknown]', null, null],
    ['operator new(unsigned long)+28', 'operator new(unsigned long)', 28],
    ['operator+(A const&, B)+12', 'operator+(A const&, B)', 12],
    ['operator+(A const&, B)', 'operator+(A const&, B)', null],
    ['operator+', 'operator+', null],
    ['Iter::operator++', 'Iter::operator++', null],
    ['Iter::operator+++5', 'Iter::operator++', 5],
    ['f+Infinity', 'f+Infinity', null],
    ['f+1e3', 'f+1e3', null],
    ['f+-1', 'f+-1', null],
    ['+5', '+5', null],
    ['', '', null],
  ])('%j', (text, symbol, offset) => {
    expect(parseFrame(text)).toEqual({ symbol, offset });
  });
});
