import { describe, expect, it } from 'vitest';
import { isHealthy, saysNo, withTwin } from '../../../runner/evidence/criteria/apart.ts';
import type { CriterionResult, Outcome, OutcomeKind, State } from '../../../runner/evidence/match.ts';

const result = (teaches: boolean, state: State): CriterionResult => ({ id: 'outstanding', teaches, state, seen: {} });
const outcome = (kind: OutcomeKind, taught: State, other: State = 'met'): Outcome => ({
  kind,
  criteria: [result(false, other), result(true, taught)],
  notices: [],
});
const passed = outcome('pass', 'met');
const told = (there: Outcome | null, on = 'twin') => {
  const { kind, criteria } = withTwin(passed, { on, outcome: there });
  const { id, state, cause } = criteria.at(-1) as CriterionResult;
  return [kind, id, state, cause];
};

it('no is no by what is taught, and by that alone', () => {
  expect(saysNo(outcome('wrong', 'unmet'))).toBe(true);
  expect(saysNo(outcome('wrong', 'unmet', 'more'))).toBe(true);
  expect(saysNo(outcome('wrong', 'unmet', 'unmet'))).toBe(false);
  expect(saysNo(outcome('wrong', 'met', 'unmet'))).toBe(false);
  // A tool that failed makes it wrong, and nothing was seen.
  expect(saysNo(outcome('wrong', 'more', 'more'))).toBe(false);
  expect(saysNo(outcome('not yet', 'more'))).toBe(false);
});

describe('a pass', () => {
  it.each<[string, Outcome | null, (string | undefined)[]]>([
    ['counts where the twin is told no', outcome('wrong', 'unmet'), ['pass', 'tells-apart', 'met', undefined]],
    ['is wrong where the twin passes', passed, ['wrong', 'tells-apart', 'unmet', 'same-as-healthy']],
    [
      'is wrong where something else fails there',
      outcome('wrong', 'unmet', 'unmet'),
      ['wrong', 'tells-apart', 'unmet', 'other-no'],
    ],
    [
      'is wrong where nothing is seen there',
      outcome('wrong', 'more', 'more'),
      ['wrong', 'tells-apart', 'unmet', 'blind-there'],
    ],
    [
      'is not yet one where too little is seen there',
      outcome('not yet', 'more'),
      ['not yet', 'tells-apart', 'more', 'too-little-there'],
    ],
    ['is not yet one where the twin was not looked at', null, ['not yet', 'tells-apart', 'more', 'only-here']],
    ['is blocked where the twin is', outcome('blocked', 'more'), ['blocked', 'tells-apart', 'more', undefined]],
    ['is broken where the twin is', outcome('broken', 'more'), ['broken', 'tells-apart', 'more', undefined]],
  ])('%s', (_, there, expected) => {
    expect(told(there)).toEqual(expected);
  });
  it('of a service that is no healthy one is wrong for another reason', () => {
    expect(told(passed, 'other-function')).toEqual(['wrong', 'tells-apart', 'unmet', 'same-elsewhere']);
    expect(['twin', 'uneven-twin', 'leaker', 'other-function', 'twins', 'entwin'].filter(isHealthy)).toEqual([
      'twin',
      'uneven-twin',
    ]);
  });
  it('keeps what the leaker showed; and what is none stays as it is', () => {
    expect(withTwin(passed, { on: 'twin', outcome: null }).criteria.slice(0, 2)).toEqual(passed.criteria);
    const wrong = outcome('wrong', 'unmet');
    expect(withTwin(wrong, { on: 'twin', outcome: passed })).toBe(wrong);
  });
});
