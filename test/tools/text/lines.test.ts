import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lines, MAX_LINE } from '../../../runner/tools/text/lines.ts';
import { holds } from '../../property.ts';
import { from } from '../bpftrace/reading.ts';
import { pieces } from '../promises.ts';

const line = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('', 'a', '메모리 누수', '[0]: 1', 'x'.repeat(300)) },
  { weight: 1, arbitrary: fc.constantFrom('y'.repeat(MAX_LINE), 'z'.repeat(MAX_LINE + 1), '점'.repeat(MAX_LINE)) },
);
const text = fc.array(line, { minLength: 1, maxLength: 12 });

it(
  'lines are what stands between newlines, whatever the chunks; too long ones are left out, and said once',
  holds(
    text.chain((all) => fc.tuple(fc.constant(all), pieces(Buffer.from(all.join('\n'))))),
    async ([all, chunks]) => {
      const found = [];
      for await (const one of lines(from(chunks))) found.push(one);
      const fits = (one: string) => Buffer.byteLength(one) <= MAX_LINE;
      // Of nothing after the last newline there is no line.
      const expected = (all.at(-1) === '' ? all.slice(0, -1) : all).filter(fits);
      expect(found.filter((one) => typeof one === 'string')).toEqual(expected);
      expect(found.filter((one) => typeof one !== 'string')).toHaveLength(all.every(fits) ? 0 : 1);
    },
  ),
);
