import type { Notice } from '../../evidence/model.ts';
import { notice } from './notice.ts';
import { own } from './plain.ts';

/** A sum as people print it, of which a number is below zero, or one that has wrapped around below it. */
const TEXT =
  /^\s{0,16}(?:(?:-\d{1,20}|\d{16,20}) bytes(?: \([^)]{1,40}\))? in -?\d{1,20}|\d{1,20} bytes(?: \([^)]{1,40}\))? in (?:-\d{1,20}|\d{13,20})) (?:allocations?|blocks?|regions?|pages?)\b/;
/** The same in JSON. */
const JSON_SUM = /"(?:outstanding|allocated|freed)_(?:bytes|count)":\s?(?:-\d|\d{17,20}\b)/;
const MOST = 100;

/** Says of each line with a sum that cannot be that it is one, once; false for other lines. */
export function absurdities(say: (notice: Notice) => void): (line: string) => boolean {
  const told = new Set<string>();
  return (line) => {
    if (!TEXT.test(line)) return false;
    const sum = line.trim().slice(0, 200);
    if (!told.has(sum) && told.size < MOST) {
      told.add(own(sum));
      say(notice('absurd', sum));
    }
    return true;
  };
}

/** What is wrong with a line of JSON that is none of the tool's: a sum that cannot be, or how it begins. */
export const oddity = (line: string, tool: string): string => {
  const sum = JSON_SUM.exec(line)?.[0];
  return sum === undefined ? `a line that is none of ${tool}: ${line.slice(0, 80)}` : `an absurd sum: ${sum}`;
};
