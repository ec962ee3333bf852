import { describe, expect, it } from 'vitest';
import { enough } from '../../runner/evidence/criteria/calls.ts';
import { outstandingGrows } from '../../runner/evidence/criteria/freeing.ts';
import { blocksPileUp } from '../../runner/evidence/criteria/outstanding.ts';
import { teaches } from '../../runner/evidence/criteria/define.ts';
import type { Evidence } from '../../runner/evidence/model.ts';
import { bt } from '../../runner/lesson/commands.ts';
import { factsOf, lengthOf } from '../../runner/lesson/facts.ts';
import { waitFor } from '../../runner/session/wait.ts';
import { words } from '../../runner/words/index.ts';
import { run } from '../terminal/screen.ts';
import { FakeLab } from './fakes.ts';
import { look } from './small.ts';

const lab = new FakeLab();
const calls = (n: number) => run(n).filter((e) => e.kind === 'allocation');
const lists = (n: number): Evidence[] =>
  Array.from({ length: n }, (_, i) => ({
    kind: 'snapshot',
    atMs: i,
    sites: [{ stack: [], blocks: i + 1, bytes: (i + 1) * lab.truth.blockBytes }],
  }));
const counted = async (expect: object[], evidence: Evidence[], lang: 'en' | 'ko' = 'en') =>
  (await waitFor({ ...look, expect } as never, lab, null)).counts(evidence, words(lang));

describe('what a run waits for', () => {
  it('is how many of how many, as the expectation asks for them', async () => {
    const five = [teaches(enough('malloc', 5))];
    expect(await counted(five, calls(3))).toBe('call 3 of 5');
    expect(await counted(five, calls(3), 'ko')).toBe('호출 5번 중 3번');
    expect(await counted(five, calls(5))).toBeNull();
    expect(await counted([blocksPileUp()], lists(2))).toBe('2 of 3 lists');
    expect(await counted([outstandingGrows()], lists(1), 'ko')).toBe('목록 3개 중 1개');
  });
  it('is what lacks most, of several', async () => {
    expect(await counted([enough('malloc', 5), enough('mmap', 4)], calls(3))).toBe('call 0 of 4');
  });
  it('is nothing that nobody asked for', async () => {
    expect(await counted([], calls(3))).toBeNull();
    expect(await counted([enough('malloc', 5)], [])).toBeNull();
    expect((await waitFor(null, lab, 7)).counts(calls(3), words('en'))).toBeNull();
  });
  it('lasts as long as the solution asks its tool to watch, and no time is made up', () => {
    const facts = factsOf(lab);
    expect(
      lengthOf(
        bt(
          'x.bt',
          (f) => f.tickMs,
          (f) => f.lasting(12),
        ),
        facts,
      ),
    ).toBe(facts.lasting(12));
    expect(
      lengthOf(
        bt('x.bt', (f) => f.tickMs),
        facts,
      ),
    ).toBeNull();
  });
});
