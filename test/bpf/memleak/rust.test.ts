import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { times } from '../../property.ts';
import { compiled } from './compiled.ts';

let dir: string;
let program: string;
beforeAll(() => {
  ({ dir, program } = compiled('rust.c', 'symbols/rust.c', 'symbols/rust_v0.c'));
}, 240_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const read = (...names: string[]): string[] =>
  execFileSync(program, { input: `${names.join('\n')}\n`, encoding: 'utf8' })
    .trimEnd()
    .split('\n');

/** From programs that rustc 1.95 compiled, and the examples of RFC 2603. */
const V0: [string, string][] = [
  ['_RNvCs6GmmlP4bgsG_1r9leak_here', 'r::leak_here'],
  ['_RNvCs6GmmlP4bgsG_1r4main', 'r::main'],
  ['_RNvNtCsjrHSEGnQ3l9_3std2rt19lang_start_internal', 'std::rt::lang_start_internal'],
  ['_RNCNvCs6GmmlP4bgsG_1r4main0B3_', 'r::main::{closure#0}'],
  ['_RNCNvCs6GmmlP4bgsG_1r4mains_0', 'r::main::{closure#1}'],
  ['_RINvNtC3std3mem8align_ofdE', 'std::mem::align_of::<f64>'],
  ['_RNvMs_C7mycrateNtB4_3Foo3bar', '<mycrate::Foo>::bar'],
  ['_RNvXC7mycrateNtB2_3FooNtNtC3std5clone5Clone5clone', '<mycrate::Foo as std::clone::Clone>::clone'],
  ['_RINvC1c1fTlmEAhj8_RNtC1c1SQeE', 'c::f::<(i32, u32), [u8; 8], &c::S, &mut str>'],
  ['_RINvC1c1fFUKCPvOhEuDNtC1c1TEL_E', 'c::f::<unsafe extern "C" fn(*const ..., *mut u8), dyn c::T>'],
  ['_RINvC1c1fDINtC1c2FnTlEEp6OutputbEL_E', 'c::f::<dyn c::Fn<(i32,), Output = bool>>'],
  ['_RINvC1c1fKb1_Kin2a_Kc61_E', "c::f::<true, -42, 'a'>"],
  ['_RINvC1c1fFG_RL0_hEB0_E', "c::f::<for<'a> fn(&'a u8) -> c::f>"],
  ['_RNvC1c1f.llvm.123456', 'c::f'],
];
const LEGACY: [string, string][] = [
  ['_ZN1r9leak_here17h9e953d41c3ee4248E', 'r::leak_here'],
  ['_ZN1r4main28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE', 'r::main::{{closure}}'],
  [
    '_ZN63_$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$core..clone..Clone$GT$5clone17h0123456789abcdefE',
    '<alloc::vec::Vec<T> as core::clone::Clone>::clone',
  ],
  ['_ZN1r9leak_here17h9e953d41c3ee4248E.llvm.12', 'r::leak_here'],
];
const NONE = [
  '',
  '_R',
  '_ZN1r9leak_hereE',
  '_ZN1r9leak_here17h9e953d41c3ee424E',
  '_ZN99r',
  '_RNvB_',
  '_RNvC9',
  'main',
  '_Znwm',
];

describe('Rust’s names', () => {
  it.each([...V0, ...LEGACY])('%s', (mangled, name) => expect(read(mangled)).toEqual([name]));
  it.each(NONE)('"%s" is none', (name) => expect(read(name)).toEqual(['-']));
  test('references that multiply without end are given up', () => {
    const deep = `_RIC1c${'TB_'.repeat(60)}E`;
    expect(read(deep, `_RI${'C1cT'.repeat(400)}`, `_RY${'R'.repeat(5000)}`)).toEqual(['-', '-', '-']);
  });
  it(
    'whatever comes, an answer comes',
    times(20)(
      fc.array(
        fc
          .array(fc.constantFrom(...'RNvCsIMXYBTEKLDFGpun_0123456789abcdef'), { maxLength: 60, size: 'max' })
          .map((of) => `_R${of.join('')}`),
        { minLength: 1, maxLength: 300, size: 'max' },
      ),
      (names) => expect(read(...names)).toHaveLength(names.length),
    ),
  );
});
