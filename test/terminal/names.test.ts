import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as criteria from '../../runner/evidence/criteria/outstanding.ts';
import { enough, namesCallSite } from '../../runner/evidence/criteria/calls.ts';
import { tracerMeasured } from '../../runner/evidence/criteria/clinic.ts';
import { foundLeak } from '../../runner/evidence/criteria/found.ts';
import type { Evidence, Frame } from '../../runner/evidence/model.ts';
import { match } from '../../runner/evidence/match.ts';
import { compareLines } from '../../runner/terminal/compare.ts';
import { criterionLine } from '../../runner/terminal/outcome.ts';
import { picture as drawn } from '../../runner/terminal/present.ts';
import { nameOf, words } from '../../runner/words/index.ts';
import { holds } from '../property.ts';
import { dull, plain, run } from './screen.ts';

const NONE = ['', ' ', '\t', '[unknown]'];
const frame: fc.Arbitrary<Frame> = fc.record({
  symbol: fc.constantFrom<string | null>(...NONE, null),
  offset: fc.constantFrom(null, 0, 71),
});
const stack = fc.array(frame, { maxLength: 3 });
const comm = fc.constantFrom(...NONE);
const truth = {
  workload: '',
  leaks: true,
  call: 'malloc',
  function: 'memory_leak_thread',
  blockBytes: 1048576,
  periodMs: 8000,
  capBytes: 0,
};
const named = [
  namesCallSite(),
  enough('malloc', 3),
  criteria.namesHolder(),
  criteria.asksFrom(),
  tracerMeasured('stealth-leaker'),
  foundLeak(),
];

/** A run, and all else that tells of a stack or a program, with none that has a name. */
const nameless = (frames: Frame[], program: string): Evidence[] => [
  ...run(12, 12, frames),
  { kind: 'snapshot', atMs: 96_000, sites: [{ stack: frames, blocks: 12, bytes: 12 * 1048576 }] },
  { kind: 'requests', stack: frames, blocks: 12, bytes: 12 * 1048576 },
  {
    kind: 'finding',
    atMs: 96_000,
    answer: 'leak',
    by: 'malloc',
    stack: frames,
    blocks: 12,
    bytes: 12 * 1048576,
    commonSize: 1048576,
    periodMs: 8000,
    probedMs: 1,
    hits: 1,
    costMs: null,
  },
  { kind: 'counter', name: 'cpu_percent', key: '', value: 1, atMs: null },
  ...[1, 2, 3].map(
    (pid): Evidence => ({
      kind: 'memory',
      pid,
      atMs: null,
      rss: 1024,
      vsz: 1024,
      pss: null,
      anonymous: null,
      swap: null,
      comm: program,
    }),
  ),
];

describe.each(['en', 'ko'] as const)('what has no name (%s)', (lang) => {
  const say = words(lang);
  const none = say('name.none');

  it('is called the same, whatever a tool puts in its place', () => {
    for (const name of [...NONE, null]) expect(nameOf(say, name)).toBe(none);
    expect(nameOf(say, 'leak()')).toBe('leak()');
  });

  it(
    'is so in every criterion’s sentence, the plot, the comparison and the report',
    holds(fc.tuple(stack, comm), ([frames, program]) => {
      const evidence = nameless(frames, program);
      const outcome = match(named, { evidence, truth, subjects: { pid: 1, innerPid: 1, libc: '', owns: null } });
      const sentences = outcome.criteria.map((c) => [c.id, criterionLine(say, c)] as const);
      for (const [id, line] of sentences) if (id !== 'enough-malloc') expect(line, id).toContain(none);
      for (const style of [dull, plain]) {
        const { lines: picture } = drawn(say, style, evidence, { pid: 1, comm: program }, { columns: 80 });
        expect(picture[1]).toContain(none);
        const report = picture.join('\n');
        expect(report).toContain(`1 ${none}`);
        expect(report).toMatch(new RegExp(`${say('report.stack')} +[(]${none.slice(1, 3)}`));
        const shown = { name: nameOf(say, program), evidence };
        const all = [
          ...sentences.map(([, line]) => line),
          report,
          ...compareLines(say, style, [shown, shown], { columns: 80 }),
        ];
        for (const text of all) {
          expect(text).not.toMatch(/\(\s*\)|\[unknown\]|\? ←|← \?|undefined|null|\{\w+/);
          expect(text).not.toMatch(/\S {2,}(?:holds|,|←)/);
        }
      }
    }),
  );
});
