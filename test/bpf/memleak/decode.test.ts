import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { arch } from 'node:os';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { times } from '../../property.ts';
import { compiled } from './compiled.ts';

let dir: string;
let program: string;
beforeAll(() => {
  ({ dir, program } = compiled('decode.c', 'objects/decode.c'));
}, 240_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const offsets = (...functions: string[]): number[] =>
  execFileSync(program, { input: `${functions.join('\n')}\n`, encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(Number);

/** First bytes of functions of distributions' libraries, and where each is to be probed. */
const REAL: [string, string, number][] = [
  ['malloc of glibc 2.36: push %r12', '41 54 55 53 48 89 fb 48 83 ec 10', 0],
  ['free of glibc 2.36: test %rdi,%rdi; je; push', '48 85 ff 0f 84 b7 00 00 00 55 48 8d 77 f0', 3],
  ['malloc with CET: endbr64; push', 'f3 0f 1e fa 41 54 55 53', 4],
  ['free with CET: endbr64; test; je', 'f3 0f 1e fa 48 85 ff 0f 84 b7 00 00 00 55', 7],
  ['posix_memalign of 2.36: cmpb $0, (rip); push', '80 3d 01 02 14 00 00 41 54 49 89 d4 55', 7],
  ['a nop', '90 53', 0],
  ['a long nop', '0f 1f 44 00 00 55', 0],
  ['mov %rdi,%rbx, a register that holds no argument', '48 89 fb 53', 3],
];
const STAYS: [string, string][] = [
  ['sub from the stack pointer', '48 83 ec 18 53'],
  ['mov into %rdi, an argument', '48 89 df 53'],
  ['lea into %rsi', '48 8d 77 f0 55'],
  ['mov from memory into %rdx', '48 8b 10 55'],
  ['add, which is no comparison', '48 83 c0 01 55'],
  ['inc of an argument', '48 ff c7 55'],
  ['an instruction it does not know', 'c5 f8 77 55'],
  ['xchg', '48 87 df 55'],
  ['nothing that can be emulated within reach', '48 85 ff 48 85 ff 48 85 ff 48 85 ff 48 85 ff 48 85 ff 55'],
  ['a jump back to where the probe would go', '48 85 ff 0f 84 b7 00 00 00 eb f8'],
  ['a near jump back to where the probe would go', '48 85 ff 0f 84 b7 00 00 00 e9 f5 ff ff ff'],
];

/** Any bytes, and often those that the decoder knows: prefixes, tests, jumps. */
const code = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(0x48, 0x85, 0xff, 0x0f, 0x84, 0x80, 0x3d, 0xeb, 0xe9, 0xf3),
  ),
  { minLength: 1, maxLength: 40, size: 'max' },
);

describe.runIf(arch() === 'x64')('where a probe goes', () => {
  it.each(REAL)('%s', (_, code, at) => expect(offsets(code)).toEqual([at]));
  it.each(STAYS)('stays at the entry for %s', (_, code) => expect(offsets(code)).toEqual([0]));
  it('never looks beyond the end, wherever that is', () => {
    const all = [...REAL.map(([, code]) => code), ...STAYS.map(([, code]) => code)];
    const cut = all.flatMap((code) => code.split(' ').map((_, n, bytes) => bytes.slice(0, n + 1).join(' ')));
    expect(offsets(...cut)).toHaveLength(cut.length);
  });
  it(
    'gives an offset within the function for any bytes',
    times(20)(fc.array(code, { minLength: 1, maxLength: 500, size: 'max' }), (functions) => {
      const hex = functions.map((f) => f.map((b) => b.toString(16).padStart(2, '0')).join(' '));
      expect(offsets(...hex).filter((at, i) => at >= (functions[i] as number[]).length)).toEqual([]);
    }),
  );
});
