import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { compiled } from './compiled.ts';

let raw: Buffer[];
beforeAll(() => {
  const { dir, program } = compiled('json.c', 'ground/json.c');
  const out = execFileSync(program);
  rmSync(dir, { recursive: true, force: true });
  raw = out
    .toString('latin1')
    .split('\n')
    .slice(0, -1)
    .map((line) => Buffer.from(line, 'latin1'));
}, 240_000);
const document = (n: number): unknown => JSON.parse((raw[n] as Buffer).toString('utf8'));

test('a document a line', () => expect(raw).toHaveLength(4));
test('names that a process chose come back as they were', () => {
  const names = document(0) as Record<string, string>;
  expect(names).toMatchObject({
    empty: '',
    quotes: '"\\"\\',
    lines: 'a\nb\rc\td',
    terminal: '\x1b[31mred\x7f',
    korean: '메모리 누수',
  });
  const ascii = Array.from({ length: 127 }, (_, i) => String.fromCharCode(i + 1)).join('');
  expect(names['every']?.slice(0, 127)).toBe(ascii);
});
test('bytes that are no UTF-8 become U+FFFD, as decoders have it, and nothing else does', () => {
  const strict = new TextDecoder('utf-8', { fatal: true });
  for (const line of raw) expect(() => strict.decode(line)).not.toThrow();
  expect(document(0)).toMatchObject({
    cut: '메모리 누\ufffd',
    wrong: 'a\ufffd\ufffd b\ufffd\ufffd\ufffd c\ufffd\ufffd\ufffd\ufffd d\ufffd e\ufffd',
    right: '\x80\u07ff\u0800\ud7ff\ue000\uffff\u{10000}\u{10ffff}',
  });
});
test('nothing that a terminal obeys is in it', () => {
  for (const line of raw) expect([...line].filter((byte) => byte < 0x20 || byte === 0x7f)).toEqual([]);
});
test('numbers are written out, addresses as text', () => {
  expect(String(raw[1])).toBe(
    '{"zero":0,"most":18446744073709551615,"address":"0x7ffff7e6b106","null":"0x0","whole":100,"ms":1234.568,' +
      '"before":-0.250,"yes":true,"no":false,"none":null}',
  );
});
test('commas stand between, and nowhere else', () => {
  expect(String(raw[2])).toBe('[]');
  expect(String(raw[3])).toBe('[1,"two",{},{"three":[[],[4,5]],"six":{"seven":null},"eight":8},9]');
});
