import type { Evidence } from '../../evidence/model.ts';
import { absurdities } from '../text/absurd.ts';
import { reading } from '../text/reading.ts';
import { isStacksLine, mallocstacks } from './mallocstacks.ts';
import { isListLine, lists } from './memleak.ts';
import { complaints, complaintOf } from './notices.ts';
import { beginsFrame, isFrame } from './frames.ts';
import type { Shapes } from '../text/rejoin.ts';

/** Evidence beyond this is not read, a stack or a frame counted as one: a hostile transcript must not fill memory. */
const MAX_PARTS = 500_000;
const ATTACHING = /^Attaching to (?:pid (\d{1,10})|kernel allocators), Ctrl\+C to quit\.$/;
/** libbpf-tools' memleak up to 0.31 says only whether it is the kernel's memory. */
const TRACING_KERNEL = 'tracing kernel: true';

const SHAPES: Shapes = {
  begins: (line) => beginsFrame(line) || line === '{' || line.startsWith('mallocstacks: '),
  whole: (line) => isFrame(line) || isListLine(line) || isStacksLine(line) || ATTACHING.test(line),
  complains: complaintOf,
};

/** What BCC's memleak, libbpf-tools' memleak and our mallocstacks print, with stderr anywhere between. */
export const readBcc = (bytes: AsyncIterable<Uint8Array | string>): AsyncIterable<Evidence> =>
  reading(bytes, { shapes: SHAPES, most: MAX_PARTS }, (emitParts) => {
    const emit = (evidence: Evidence) => emitParts(evidence, partsOf(evidence));
    const memleak = lists(emit);
    const requests = mallocstacks(emit);
    const complain = complaints(emit);
    const absurd = absurdities(emit);
    const close = () => {
      memleak.unknown();
      requests.unknown();
    };
    return {
      line(item) {
        if (memleak.line(item) || requests.line(item)) return;
        const attaching = ATTACHING.exec(item);
        if (attaching?.[1]) emit({ kind: 'subject', pid: Number(attaching[1]) });
        else if (attaching || item === TRACING_KERNEL) emit({ kind: 'claim', name: 'traces', value: 'kernel' });
        else if (absurd(item) || !complain(item)) close();
      },
      end(rest) {
        requests.end();
        memleak.end(rest);
      },
    };
  });

function partsOf(evidence: Evidence): number {
  if (evidence.kind === 'snapshot')
    return evidence.sites.reduce((n, { stack }) => n + 1 + stack.length, 1 + (evidence.addresses?.length ?? 0));
  return evidence.kind === 'requests' ? 1 + evidence.stack.length : 1;
}
