import { type Document, type StepReport, summaryOf } from '../../runner/verify/report.ts';

export const report = (more: Partial<StepReport> = {}): StepReport => ({
  lesson: '03-calls',
  step: 'look',
  lang: 'en',
  env: 'host',
  tool: 'bpftrace',
  toolVersion: '0.23.2',
  outcome: 'pass',
  ok: true,
  error: false,
  control: { workload: 'small/half-block', outcome: 'wrong', criterion: 'block-size-malloc', events: 5 },
  asWritten: [],
  begins: null,
  mutants: null,
  retried: [],
  notices: [],
  durationMs: 1500,
  reasons: ['The size: 1024.'],
  file: 'lessons/03-calls/en.md',
  line: 12,
  ...more,
});

export const failing = (more: Partial<StepReport> = {}): StepReport =>
  report({ ok: false, outcome: 'wrong', reasons: ['The size: 9.', 'solution: wrong'], ...more });

/** As the command makes it. */
export const documentOf = (steps: StepReport[], leftovers: string[] = []): Document => ({
  schema: 'ebpf-workshop/verify/1',
  summary: summaryOf(steps, leftovers),
  machine: {
    kernel: '6.1.0',
    arch: 'x64',
    node: '20.19.0',
    pace: 'fast',
    env: 'host',
    tools: { bpftrace: '0.23.2', system: null },
  },
  timings: { totalMs: 1, provisionMs: 1, runs: 3 },
  leftovers,
  steps,
});

/** Texts that formats trip over. */
export const HOSTILE = [
  '<b a="1">&amp; \'x\' & y</b>',
  ']]><script>',
  '<![CDATA[ <!-- -- --> ?>',
  'a\r\nb\nc\td',
  '\x1b[31mred\x1b[0m \x00\x07\x0b\x1f\x7f',
  '100% %0A %25 ::error::x, a=b:c;',
  '메모리 누수 👾 \u2028 \ufffe\uffff \u202e',
  '\ud800 half of a pair \udc00',
];
