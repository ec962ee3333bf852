import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { times } from '../../property.ts';
import { compiled } from './compiled.ts';

let dir: string;
let program: string;
beforeAll(() => {
  ({ dir, program } = compiled(
    'returns.c',
    ...['length', 'returns', 'code'].map((part) => `objects/${part}.c`),
    '-lelf',
  ));
}, 240_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const run = (args: string[], input = ''): string[] =>
  execFileSync(program, args, { input, encoding: 'utf8', maxBuffer: 1 << 28 })
    .trimEnd()
    .split('\n');
const objdump = (file: string): string[][] =>
  execFileSync('objdump', ['-d', '-w', '--insn-width=16', file], { encoding: 'utf8', maxBuffer: 1 << 30 })
    .split('\n')
    .map((line) => line.split('\t'))
    .filter((parts) => parts.length === 3);
const libc = () =>
  /libc\.so\.6 => (\S+)/.exec(execFileSync('ldd', ['/bin/sh'], { encoding: 'utf8' }))?.[1] ?? '/lib/libc.so.6';

describe.runIf(arch() === 'x64')('an instruction’s length', () => {
  it('is what objdump says, of all that libc holds', () => {
    const known = objdump(libc()).filter(([, , text = '']) => !/\(bad\)|^(?:rex|data16|[cdefgs]s)\b/.test(text));
    expect(known.length).toBeGreaterThan(50_000);
    const bytes = known.map(([, code = '']) => code.trim());
    const lengths = run([], `${bytes.join('\n')}\n`);
    const wrong = bytes.filter((code, i) => Number(lengths[i]) !== code.split(' ').length && Number(lengths[i]) !== 0);
    expect(wrong).toEqual([]);
    expect(lengths.filter((length) => length === '0').length / lengths.length).toBeLessThan(0.001);
  });
  it(
    'never reaches beyond the end, whatever bytes come',
    times(20)(
      fc.array(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 20 }), {
        minLength: 1,
        maxLength: 300,
        size: 'max',
      }),
      (codes) => {
        const hex = codes.map((code) => code.map((b) => b.toString(16).padStart(2, '0')).join(' '));
        const lengths = run([], `${hex.join('\n')}\n`).map(Number);
        expect(lengths.filter((length, i) => length > (codes[i] as number[]).length)).toEqual([]);
      },
    ),
  );
});

describe.runIf(arch() === 'x64')('where a function returns', () => {
  it('is found along every way that it takes, and said where one is lost', () => {
    const library = join(dir, 'ends.so');
    execFileSync('cc', ['-O2', '-shared', '-fPIC', '-o', library, join(import.meta.dirname, 'ends.c')]);
    const code = objdump(library).map(([at = '', , text = '']) => ({ at: at.trim().replace(':', ''), text }));
    const symbols = new Map(
      execFileSync('nm', ['-D', '--defined-only', library], { encoding: 'utf8' })
        .split('\n')
        .map((line) => line.split(' '))
        .map(([at = '', , name = '']) => [name, at.replace(/^0+/, '')]),
    );
    const of = (name: string) => run([library, symbols.get(name) ?? ''])[0]?.split(' ') ?? [];
    const returns = new Set(code.filter(({ text }) => text.startsWith('ret')).map(({ at }) => at));
    const [all, ...found] = of('ends_twice');
    expect(all).toBe('all');
    // Its own, and one at least of the function that it ends in.
    expect(found.length).toBeGreaterThan(1);
    expect(found.filter((at) => !returns.has(at))).toEqual([]);
    expect(of('ends_in_another_library')).toEqual(['all']);
    expect(of('ends_anywhere')).toEqual(['some']);
  });
});
