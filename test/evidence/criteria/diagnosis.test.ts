import { describe, expect, it } from 'vitest';
import { isDiagnosed, withDiagnosis } from '../../../runner/evidence/criteria/diagnosis.ts';
import type { Outcome, OutcomeKind } from '../../../runner/evidence/match.ts';

const repaired = (kind: OutcomeKind): Outcome => ({
  kind,
  criteria: [{ id: 'verdict', teaches: true, state: kind === 'pass' ? 'met' : 'unmet', seen: {} }],
  notices: [],
});
const kindOf = (kind: OutcomeKind | null, said: string | null) =>
  withDiagnosis(kind && repaired(kind), 'right', said).kind;

describe('a repair', () => {
  it('passes once it was said what is wrong, and not before', () => {
    expect([kindOf('pass', null), kindOf('pass', 'other'), kindOf('pass', 'right')]).toEqual([
      'not yet',
      'wrong',
      'pass',
    ]);
  });
  it('that fails is no better for a right diagnosis, nor worse for none', () => {
    expect([kindOf('wrong', 'right'), kindOf('wrong', null), kindOf('not yet', 'right')]).toEqual([
      'wrong',
      'wrong',
      'not yet',
    ]);
  });
  it.each(['blocked', 'broken'] as const)('that could not be seen is %s, whatever was said', (kind) =>
    expect([null, 'other', 'right'].map((said) => kindOf(kind, said))).toEqual([kind, kind, kind]),
  );
});

describe('a diagnosis by itself', () => {
  it('is right so far, or wrong, and never tells what is right', () => {
    expect([kindOf(null, 'right'), kindOf(null, 'other')]).toEqual(['not yet', 'wrong']);
    expect(JSON.stringify(withDiagnosis(null, 'right', 'other'))).not.toContain('"right"');
    expect(JSON.stringify(withDiagnosis(repaired('pass'), 'right', null))).not.toContain('"right"');
  });
  it('is known again from what is written down', () => {
    const written = ['right', 'other', null].map((said) => isDiagnosed(withDiagnosis(null, 'right', said).criteria));
    expect(written).toEqual([true, false, false]);
  });
});
