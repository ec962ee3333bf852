import { RECORD, type Shapes } from '../text/rejoin.ts';
import { callOf } from './calls.ts';
import { codeOf } from './notices.ts';
import { frameOf } from './stacks.ts';

const SNAPSHOT = /^-- snapshot at \d{1,15} ms$/;
const ENTRY = /^@\w*(?:\[.*)?:? ?-?\d*$|^@\w*\[/;
const CLOSES = /^[\]|,]/;
/** A frame that was not cut off has its offset, or its file. */
const FRAME_ENDS = /\+(?:0x[0-9a-f]+|\d+)$|\)$|0x[0-9a-f]{6,16}$/;

/** What wrapped lines of bpftrace are known by. */
export const SHAPES: Shapes = {
  begins: (line) => frameOf(line) !== null || CLOSES.test(line) || RECORD.test(line),
  whole: (line) => isOwn(line) || (frameOf(line) !== null && FRAME_ENDS.test(line)),
  complains: codeOf,
};

const isOwn = (line: string) => SNAPSHOT.test(line) || ENTRY.test(line) || callOf(line) !== null;
