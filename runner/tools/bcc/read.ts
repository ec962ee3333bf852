import type { Evidence } from '../../evidence/model.ts';
import { absurdities } from '../text/absurd.ts';
import { splitter } from '../text/lines.ts';
import { notice as tooMuch } from '../text/notice.ts';
import { isStacksLine, mallocstacks } from './mallocstacks.ts';
import { isListLine, lists } from './memleak.ts';
import { complaints, complaintOf } from './notices.ts';
import { beginsFrame, isFrame } from './frames.ts';
import { rejoined, type Shapes } from '../text/rejoin.ts';

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
export async function* readBcc(bytes: AsyncIterable<Uint8Array | string>): AsyncIterable<Evidence> {
  const found: Evidence[] = [];
  let left = MAX_PARTS;
  const emit = (evidence: Evidence) => {
    if (left < 0) return;
    left -= partsOf(evidence);
    found.push(left >= 0 ? evidence : tooMuch('too-much', `over ${MAX_PARTS} items`));
  };
  const memleak = lists(emit);
  const requests = mallocstacks(emit);
  const complain = complaints(emit);
  const absurd = absurdities(emit);
  const close = () => {
    memleak.unknown();
    requests.unknown();
  };
  const split = rejoined(splitter(), SHAPES);
  const read = (item: string) => {
    if (memleak.line(item) || requests.line(item)) return;
    const attaching = ATTACHING.exec(item);
    if (attaching?.[1]) emit({ kind: 'subject', pid: Number(attaching[1]) });
    else if (attaching || item === TRACING_KERNEL) emit({ kind: 'claim', name: 'traces', value: 'kernel' });
    else if (absurd(item) || !complain(item)) close();
  };
  for await (const chunk of bytes) {
    // The rest is drained, so that whoever writes it isn't held up.
    if (left < 0) continue;
    for (const item of split.push(chunk)) {
      if (typeof item === 'string') read(item);
      else emit(item);
      if (found.length > 0) yield* found.splice(0);
      if (left < 0) break;
    }
  }
  if (left < 0) return;
  const { lines, rest, notice } = split.end();
  lines.forEach(read);
  if (notice) emit(notice);
  requests.end();
  memleak.end(rest);
  yield* found;
}

function partsOf(evidence: Evidence): number {
  if (evidence.kind === 'snapshot')
    return evidence.sites.reduce((n, { stack }) => n + 1 + stack.length, 1 + (evidence.addresses?.length ?? 0));
  return evidence.kind === 'requests' ? 1 + evidence.stack.length : 1;
}
