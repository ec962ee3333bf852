/** What a number counts, as the words under `sum.UNIT` write it; '' is a bare number. */
export type SumUnit =
  | 'bytes'
  | 'KiB'
  | 'MiB'
  | 'ms'
  | 's'
  | 'min'
  | 'blocks'
  | 'lines'
  | 'percent'
  | 'page'
  | 'pages'
  | 'pid'
  | 'initial-pid'
  | 'offset'
  | 'MiB-a-minute'
  | 'MiB-an-hour'
  | 'GiB-a-day'
  | '';

/** A number of a sum: one that stands in the output, is counted or added up in it, is the lab's, or that everybody knows. */
export interface Term {
  value: number;
  from: 'seen' | 'counted' | 'lab' | 'known';
  unit: SumUnit;
}

/** `whole` leaves out what is behind the point; it has one operand. */
export type Sum = Term | { op: '+' | '−' | '×' | '÷'; left: Sum; right: Sum } | { op: 'whole'; of: Sum };

const term =
  (from: Term['from']) =>
  (value: number, unit: SumUnit = ''): Term => ({ value, from, unit });
export const seen = term('seen');
export const counted = term('counted');
export const ofLab = term('lab');
export const known = term('known');

type Operand = Sum | number;
/** A plain number in a sum is one that everybody knows. */
const made =
  (op: '+' | '−' | '×' | '÷') =>
  (left: Operand, right: Operand): Sum => ({ op, left: operand(left), right: operand(right) });
const operand = (of: Operand): Sum => (typeof of === 'number' ? known(of) : of);

export const plus = made('+');
export const minus = made('−');
export const times = made('×');
export const over = made('÷');
export const whole = (of: Sum): Sum => ({ op: 'whole', of });

/** What a sum comes to. */
export function resultOf(sum: Sum): number {
  if (!('op' in sum)) return sum.value;
  if (sum.op === 'whole') return Math.floor(resultOf(sum.of));
  const [left, right] = [resultOf(sum.left), resultOf(sum.right)];
  if (sum.op === '+') return left + right;
  if (sum.op === '−') return left - right;
  return sum.op === '×' ? left * right : left / right;
}

/** The numbers that a sum is made of, from left to right. */
export function termsOf(sum: Sum): Term[] {
  if (!('op' in sum)) return [sum];
  return sum.op === 'whole' ? termsOf(sum.of) : [...termsOf(sum.left), ...termsOf(sum.right)];
}
