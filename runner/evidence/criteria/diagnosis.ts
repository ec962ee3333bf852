import type { Outcome } from '../match.ts';
import { met, more, unmet } from './define.ts';

/** What was said to be wrong, held against what is; null as long as nothing was said. What is right is never shown. */
const standing = (right: string, said: string | null) =>
  said === null ? more({}) : said === right ? met({ seen: said }) : unmet({ seen: said, shows: '' });

/** A repair counts once it was said what is wrong: `outcome` is that of the repair, null where none was seen yet. */
export function withDiagnosis(outcome: Outcome | null, right: string, said: string | null): Outcome {
  const { state, seen } = standing(right, said);
  const { kind, criteria, notices } = outcome ?? { kind: 'not yet', criteria: [], notices: [] };
  const cannot = kind === 'blocked' || kind === 'broken';
  return {
    kind: state === 'unmet' && !cannot ? 'wrong' : state === 'more' && kind === 'pass' ? 'not yet' : kind,
    criteria: [{ id: 'diagnosis', teaches: false, state, seen }, ...criteria],
    notices,
  };
}

/** Whether what is written down of an attempt says that the diagnosis was right. */
export const isDiagnosed = (criteria: readonly { id: string; state: string }[]): boolean =>
  criteria.some(({ id, state }) => id === 'diagnosis' && state === 'met');
