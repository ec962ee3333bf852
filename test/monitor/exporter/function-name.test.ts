import { expect, it } from 'vitest';
import type { Frame } from '../../../runner/evidence/model.ts';
import { bounded, functionName } from '../../../runner/monitor/exporter/function-name.ts';

const at = (symbol: string | null, module?: string, more: Partial<Frame> = {}): Frame => ({
  symbol,
  offset: 1,
  ...(module === undefined ? {} : { module }),
  ...more,
});

it('is the function of the program, with its module, whatever allocates on its behalf', () => {
  const stack = [at('strdup', 'libc.so.6'), at('keep', 'libkeep.so'), at('main', 'program'), at('_start', 'program')];
  expect(functionName(stack)).toBe('libkeep.so:keep');
});

it('is the same wherever in the function it is asked for', () => {
  expect(functionName([at('keep', 'p', { offset: 7 })])).toBe(functionName([at('keep', 'p', { offset: 99 })]));
});

it('is where in its module it lies, without a name; and says so where nothing is known', () => {
  expect(functionName([at(null, 'p', { at: 0x1a2b }), at('start_thread', 'libc.so.6')])).toBe('p+0x1a2b');
  expect(functionName([at('malloc', 'libc.so.6'), at(null)])).toBe('[unknown]');
  expect(functionName([])).toBe('[unknown]');
});

it('never passes for the rest', () => {
  expect(functionName([at('other')])).toBe('[other]');
});

it('writes out what cannot be seen, and has no line of its own', () => {
  expect(functionName([at('a"b\\\n\x1b[2J\u202ec\ud800', 'm')])).toBe('m:a"b\\\\n\\x1b[2J\\u202ec\\ud800');
});

it('cuts what is long, and two that differ at their ends stay two', () => {
  const long = `${'x'.repeat(10_000)}`;
  const [one, two] = [bounded(`${long}1`), bounded(`${long}2`)];
  expect([one.length, two.length]).toEqual([128, 128]);
  expect(one).not.toBe(two);
  expect(bounded('누'.repeat(128))).toBe('누'.repeat(128));
});
