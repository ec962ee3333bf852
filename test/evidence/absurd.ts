/** Evidence of a well-formed kind and of nothing that ever ran: what hostile or broken transcripts come to. */
import fc from 'fast-check';
import type { Evidence, Frame, Holder, Site, Span } from '../../runner/evidence/model.ts';
import { allocation, claim, counter, MIB, notice, PERIOD, PID } from './simulate.ts';

const number = fc.constantFrom(0, 1, 15, PERIOD, MIB, MIB + 4096, 1e13, Number.MAX_SAFE_INTEGER);
const maybe = fc.option(number, { freq: 2 });
const TEXTS = [
  '',
  '0',
  'healthy',
  '이상 없음',
  '__proto__',
  'constructor',
  String(PID),
  '0x0',
  '\u001b[31m',
  '4242,f+71 ← ?',
  'x'.repeat(500),
];
const text = fc.constantFrom(...TEXTS);
const name = fc.constantFrom(
  'calls',
  'requested',
  'allocs',
  'frees',
  'born_ms',
  'app_memory_used_bytes',
  'log_total',
  'uprobe',
  'health',
  'log',
  'feature',
  'missing',
  'kernel',
  'CapEff',
  '__proto__',
);
const frame: fc.Arbitrary<Frame> = fc.record({
  symbol: fc.option(fc.constantFrom(...TEXTS, 'malloc', 'start_thread', 'memory_leak_thread'), { freq: 2 }),
  offset: maybe,
});
export const frames = fc.array(frame, { maxLength: 4 });
const span: fc.Arbitrary<Span> = fc.record({
  fromMs: number,
  toMs: fc.oneof(number, fc.constant(Number.POSITIVE_INFINITY)),
  blocks: fc.oneof(number, fc.constantFrom(0.25, 1.5)),
});
const site: fc.Arbitrary<Site> = fc.record({ stack: frames, blocks: number, bytes: number });

const evidence: fc.Arbitrary<Evidence> = fc.oneof(
  fc
    .record({ atMs: maybe, pid: maybe, address: fc.option(text), bytes: maybe, stack: fc.option(frames, { freq: 1 }) })
    .map(allocation),
  fc.record({ kind: fc.constant('free'), atMs: maybe, pid: maybe, address: text }),
  fc.record({
    kind: fc.constant('syscall'),
    name: fc.constantFrom('mmap', ''),
    atMs: maybe,
    pid: maybe,
    bytes: number,
  }),
  fc.record({ kind: fc.constant('snapshot'), atMs: number, sites: fc.array(site, { maxLength: 3 }) }),
  fc.record({
    kind: fc.constant('lifetimes'),
    atMs: number,
    stack: frames,
    ended: fc.array(span, { maxLength: 4 }),
    alive: fc.array(
      fc.tuple(span, number).map(([of, bytes]) => ({ ...of, bytes })),
      { maxLength: 4 },
    ),
    longestEndedMs: maybe,
    lastBirthMs: maybe,
    allocs: number,
    allocatedBytes: number,
  }),
  fc.record({
    kind: fc.constant('witness'),
    atMs: number,
    stack: frames,
    asked: number,
    lost: number,
    held: number,
    unknown: number,
    by: fc.constant<Holder[]>([]),
  }),
  fc.record({ kind: fc.constant('requests'), stack: frames, blocks: number, bytes: number }),
  fc.tuple(name, number, maybe, text).map((of) => counter(...of)),
  fc.record({
    kind: fc.constant('memory'),
    pid: maybe,
    atMs: maybe,
    rss: maybe,
    vsz: maybe,
    pss: maybe,
    anonymous: maybe,
    swap: maybe,
  }),
  fc.tuple(name, text).map((of) => claim(...of)),
  fc.record({ kind: fc.constant('subject'), pid: number }),
  fc
    .tuple(fc.constantFrom('needs-root', 'no-such-process', 'map-full', 'cut-off', 'unreadable'), text)
    .map((of) => notice(...of)),
);

/** As often one item as hundreds. */
export const absurd: fc.Arbitrary<Evidence[]> = fc.oneof(
  fc.array(evidence, { maxLength: 1 }),
  fc.array(evidence, { maxLength: 10 }),
  fc.array(evidence, { minLength: 100, maxLength: 300, size: 'max' }),
);
