import { describe, expect, it } from 'vitest';
import calls from '../../lessons/03-bpftrace-calls/steps.ts';
import pairing from '../../lessons/04-pairing/steps.ts';
import trend from '../../lessons/05-trend-and-ratio/steps.ts';
import { teaches } from '../../runner/evidence/criteria/define.ts';
import { type Criterion, match, type Standing, saysSomething } from '../../runner/evidence/match.ts';
import type { Evidence, NoticeCode } from '../../runner/evidence/model.ts';
import type { CriterionId } from '../../runner/evidence/shows.ts';
import { labels, read, recording, versions } from '../tools/bpftrace/reading.ts';
import { holds } from '../property.ts';
import { absurd } from './absurd.ts';
import { inAnyOrder } from './programs.ts';
import { allocation, claim, counter, facts, notice, subjects } from './simulate.ts';

const standing = (state: Standing['state'], id: CriterionId = 'has-btf'): Criterion => ({
  id,
  teaches: false,
  judge: () => ({ state, seen: {} }),
});
const something = allocation({ bytes: 5 });
const blocking: NoticeCode[] = ['needs-root', 'no-tracepoint', 'tool-missing', 'no-such-library'];
const failing: NoticeCode[] = [
  'no-such-process',
  'library-by-name',
  'no-such-symbol',
  'script-rejected',
  'saw-nothing',
  'other-tool',
  'unreadable',
];
const remarks: NoticeCode[] = ['map-full', 'lost-events', 'cut-off', 'too-much'];

describe('an outcome', () => {
  it.each([
    [['met', 'met'], 'pass'],
    [['met', 'more'], 'not yet'],
    [['more'], 'not yet'],
    [['met', 'unmet', 'more'], 'wrong'],
    [['unmet'], 'wrong'],
    [[], 'not yet'],
  ] as const)('of %j is %s, in any order', (states, kind) =>
    holds(inAnyOrder(states), (ordered) => {
      const criteria = ordered.map((state) => standing(state));
      expect(match(criteria, facts([something])).kind).toBe(kind);
    })(),
  );
  it('lists every criterion, in its order, with what it saw', () => {
    const cause: Criterion = {
      id: 'has-uprobe',
      teaches: false,
      judge: ({ evidence }) => ({ state: 'unmet', seen: { seen: evidence.length }, cause: 'flat' }),
    };
    expect(match([standing('met', 'has-btf'), teaches(cause)], facts([something]))).toEqual({
      kind: 'wrong',
      criteria: [
        { id: 'has-btf', teaches: false, state: 'met', seen: {} },
        { id: 'has-uprobe', teaches: true, state: 'unmet', seen: { seen: 1 }, cause: 'flat' },
      ],
      notices: [],
    });
  });
  const kindOf = (state: Standing['state'], ...evidence: Evidence[]) => match([standing(state)], facts(evidence)).kind;
  it('is blocked by what a machine cannot, where nothing was seen, and only there', () => {
    for (const code of blocking) {
      for (const state of ['met', 'more', 'unmet'] as const) expect(kindOf(state, notice(code)), code).toBe('blocked');
      expect(kindOf('met', notice(code), something), code).toBe('pass');
    }
  });
  it('is wrong by what explains why nothing was seen, and only there', () => {
    for (const code of failing) {
      expect(kindOf('more', notice(code)), code).toBe('wrong');
      expect(kindOf('more', notice(code), { kind: 'subject', pid: 1 }), code).toBe('wrong');
      expect(kindOf('more', notice(code), something), code).toBe('not yet');
      expect(kindOf('more', notice(code), notice('needs-root')), code).toBe('blocked');
    }
  });
  it('where memory was out is a pass or nothing, however much was seen before', () => {
    for (const code of ['no-memory', 'tool-killed'] as const) {
      expect(kindOf('met', notice(code), something), code).toBe('pass');
      for (const state of ['more', 'unmet'] as const)
        expect(kindOf(state, something, notice(code)), code).toBe('blocked');
    }
  });
  it('is not decided by remarks', () => {
    for (const code of remarks) {
      expect(kindOf('more', notice(code)), code).toBe('not yet');
      expect(kindOf('met', notice(code)), code).toBe('pass');
    }
  });
  it(
    'has all notices, the most telling first',
    holds(inAnyOrder([...blocking, ...failing, ...remarks]), (printed) => {
      const { notices } = match([standing('more')], facts([something, ...printed.map((code) => notice(code))]));
      const rank = (code: NoticeCode) => [blocking, failing, remarks].findIndex((codes) => codes.includes(code));
      // Of equal weight, as they were printed.
      expect(notices.map((n) => n.code)).toEqual([0, 1, 2].flatMap((r) => printed.filter((code) => rank(code) === r)));
    }),
  );
});

describe('evidence that says something', () => {
  it.each([
    ['an allocation', something, true],
    ['a counter', counter('calls', 0), true],
    ['a claim', claim('health', 'healthy'), true],
    ['a snapshot', { kind: 'snapshot', atMs: 1, sites: [{ stack: [], blocks: 1, bytes: 1 }] } as Evidence, true],
    ['an empty snapshot', { kind: 'snapshot', atMs: 1, sites: [] } as Evidence, false],
    ['a subject', { kind: 'subject', pid: 1 } as Evidence, false],
    ['a notice', notice('map-full'), false],
  ])('%s: %s', (_, evidence, expected) => {
    expect(saysSomething(evidence)).toBe(expected);
  });
});

const steps = Object.fromEntries(
  [calls, pairing, trend].flatMap((lesson) =>
    lesson.steps.flatMap((s) => (s.kind === 'question' ? [] : [[s.id, s.expect] as const])),
  ),
);
const expectOf = (id: string): readonly Criterion[] => {
  const found = steps[id];
  if (!found) throw new Error(`no step ${id}`);
  return found;
};

/** What each step's solution printed, and, where freeing is what it teaches, what it printed of the twin. */
const recorded: [step: string, leaker: string, twin: string | null][] = [
  ['mmap-calls', 'mmap-calls', null],
  ['malloc-calls', 'malloc-calls', null],
  ['who-calls', 'malloc-stacks', null],
  ['pair', 'outstanding-leaker', 'outstanding-twin'],
  ['by-call-site', 'outstanding-leaker', 'outstanding-twin'],
  ['how-old', 'aged-leaker', 'aged-twin'],
  ['trend', 'trend', null],
  ['ratio', 'ratio-leaker', 'ratio-twin'],
  ['over-1mib', 'over-1mib', null],
];

it('every command and script of lessons 3 to 5 has a recording', () => {
  expect(recorded.map(([step]) => step).sort()).toEqual(Object.keys(steps).sort());
});

describe.each(versions.flatMap((version) => (['txt', 'json'] as const).map((form) => [version, form] as const)))(
  'recordings of bpftrace %s, %s',
  (version, form) => {
    const judged = async (step: string, name: string, over: Partial<typeof subjects> = {}) => {
      const path = `${version}/${name}.${form}`;
      const pid = labels[path]?.pid ?? 0;
      return match(expectOf(step), facts(await read(recording(path)), { subjects: { ...subjects, pid, ...over } }));
    };

    it('every step passes on the leaker', async () => {
      for (const [step, leaker] of recorded) {
        const outcome = await judged(step, leaker);
        expect(
          outcome.criteria.filter((c) => c.state !== 'met'),
          step,
        ).toEqual([]);
        expect(outcome.kind, step).toBe('pass');
      }
    });
    it('and is wrong on the twin, where that was recorded: blocks come back', async () => {
      for (const [step, , twin] of recorded) {
        if (!twin) continue;
        const outcome = await judged(step, twin);
        expect(outcome.kind, step).toBe('wrong');
        const missed = outcome.criteria.filter((c) => c.state !== 'met').map((c) => [c.teaches, c.state, c.cause]);
        expect(missed, step).toEqual([[true, 'unmet', 'comes-back']]);
      }
    });
    it('on the beginning of a recording no step is ever wrong', async () => {
      for (const [step, leaker] of recorded) {
        const path = `${version}/${leaker}.${form}`;
        const bytes = recording(path);
        const own = { subjects: { ...subjects, pid: labels[path]?.pid ?? 0 } };
        for (let to = 0; to < bytes.length; to += 331) {
          const evidence = await read(bytes.subarray(0, to));
          expect(match(expectOf(step), facts(evidence, own)).kind, `${step}, ${to} bytes`).not.toBe('wrong');
        }
      }
    });
    it('of another lab each is wrong', async () => {
      for (const [step, leaker] of recorded) {
        if (step === 'how-old') continue;
        const outcome = await judged(step, leaker, { pid: 7_000_000 });
        expect(outcome.kind, step).toBe('wrong');
        expect(outcome.criteria[0], step).toMatchObject({ id: 'own-process', state: 'unmet', cause: 'wrong-pid' });
      }
    });
    it.each([
      ['fail-bad-pid', 'wrong'],
      ['fail-wrong-libc', 'blocked'],
      ['fail-no-tracefs', 'blocked'],
      ['exit-dump', 'not yet'],
    ])('%s is %s', async (name, kind) => {
      expect((await judged('malloc-calls', name)).kind).toBe(kind);
    });
  },
);

describe.each(versions)('what bpftrace %s will not do', (version) => {
  it.each([
    ['fail-not-root', 'blocked'],
    ['fail-no-tracepoint', 'blocked'],
    ['fail-syntax', 'wrong'],
    ['fail-no-script', 'wrong'],
    ['guide-count-printf', 'wrong'],
    ['guide-percent-2f', 'wrong'],
  ])('%s is %s', async (name, kind) => {
    expect(match(expectOf('malloc-calls'), facts(await read(recording(`${version}/${name}.txt`)))).kind).toBe(kind);
  });
});

it('every step teaches one criterion, and of nothing is not yet', () => {
  for (const id of Object.keys(steps)) {
    expect(
      expectOf(id).filter((c) => c.teaches),
      id,
    ).toHaveLength(1);
    expect(match(expectOf(id), facts([])).kind, id).toBe('not yet');
  }
});

// `how-old` prints no pid, and three old birthdays are all it asks for.
it.each(Object.keys(steps).filter((id) => expectOf(id).some((c) => c.id === 'own-process')))(
  'step %s never passes on absurd evidence, some of it of another process',
  (id) =>
    holds(absurd, (evidence) => {
      expect(match(expectOf(id), facts([...evidence, { kind: 'subject', pid: 1 }])).kind).not.toBe('pass');
    })(),
);
