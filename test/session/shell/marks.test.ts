import { describe, expect, it } from 'vitest';
import { recordings } from '../../../runner/session/shell/marks.ts';

const BEGIN = '\x1b]133;C\x07';
const END = '\x1b]133;D\x07';
const cut = (...pieces: string[]) => {
  const parser = recordings();
  return pieces.flatMap((piece) => parser.add(piece));
};
/** A prompt, what was typed, and what that printed. */
const typed = (command: string, output: string) => `${END}(lab) $ ${command}\r\n${BEGIN}${output}`;
const session = `${typed('ls', 'a\r\nb\r\n')}${typed('true', '')}${typed('bpftrace x.bt', `PID 12: \x1b[31mmalloc\x1b[0m(5)\r\n\x1b]0;title\x07`)}${END}(lab) $ `;
const outputs = ['a\r\nb\r\n', '', 'PID 12: \x1b[31mmalloc\x1b[0m(5)\r\n\x1b]0;title\x07'];

describe('a recording', () => {
  it('holds one output a command, and neither prompts nor what was typed', () => {
    expect(cut(session)).toEqual(outputs);
  });
  it('may come in any pieces', () => {
    expect(cut(...session)).toEqual(outputs);
    for (let at = 1; at < session.length; at++) expect(cut(session.slice(0, at), session.slice(at))).toEqual(outputs);
  });
  it('hands an output over as soon as it has ended, and not before', () => {
    const parser = recordings();
    expect(parser.add(`${END}$ `)).toEqual([]);
    expect(parser.add(`${BEGIN}PID 12`)).toEqual([]);
    expect(parser.add(`: malloc(5)\n${END.slice(0, 4)}`)).toEqual([]);
    expect(parser.add(END.slice(4))).toEqual(['PID 12: malloc(5)\n']);
    expect(parser.add(`${END}${END}$ x`)).toEqual([]);
  });
  it('is of nothing where no command ran', () => {
    expect(cut('', `${END}$ `, 'exit\r\n')).toEqual([]);
    expect(cut(`${BEGIN}never ended`)).toEqual([]);
  });
  it('a mark that a command prints itself ends its output there, and the next one is whole', () => {
    expect(cut(`${BEGIN}a${BEGIN}b${END}c${END}$ ${BEGIN}d${END}`)).toEqual([`a${BEGIN}b`, 'd']);
  });
  it('what only begins like a mark is output', () => {
    expect(cut(`${BEGIN}\x1b]133;D \x1b]133${END}`)).toEqual(['\x1b]133;D \x1b]133']);
  });
  it('cuts an output that does not end, and reads the next', () => {
    const found = cut(BEGIN, ...Array<string>(200).fill('x'.repeat(65536)), `${END}$ ${BEGIN}PID 12`, END);
    expect(found.map((o) => o.length)).toEqual([8 * 1024 * 1024, 6]);
    expect(cut(`${BEGIN}${'x'.repeat(9 * 1024 * 1024)}${END}`).map((o) => o.length)).toEqual([8 * 1024 * 1024]);
  });
});
