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
    const json = line.startsWith('{') || line.startsWith('[');
    const found = json ? JSON_SUM.exec(line)?.[0] : TEXT.test(line) ? line.slice(0, 200) : undefined;
    if (found === undefined) return false;
    if (!told.has(found) && told.size < MOST) {
      told.add(own(found));
      say(notice('absurd', found));
    }
    return true;
  };
}
