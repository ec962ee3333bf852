import type { Evidence, Subjects, Truth } from '../model.ts';
import { type Sum, type SumUnit, resultOf } from '../sum.ts';
import { criterion, met, more, unmet } from './define.ts';

/** The right answer as computed from this lab's own evidence, with the sum that a number came from. */
export type RightAnswer =
  | { kind: 'number'; value: number; tolerance: number; sum: Sum; unit: SumUnit }
  | { kind: 'name'; value: string }
  | { kind: 'choice'; value: string; among: readonly string[] };

/** A number that this sum comes to. As good is what differs from it by a share of it, or by no more than `least`. */
export function comesTo(sum: Sum, unit: SumUnit, { share = 0, least = 0 } = {}): RightAnswer {
  const value = resultOf(sum);
  return { kind: 'number', value, tolerance: Math.max(share * Math.abs(value), least), sum, unit };
}

/** Null while the evidence can't tell. */
export type Reckon = (evidence: readonly Evidence[], truth: Truth, subjects: Subjects) => RightAnswer | null;

/** The learner's answer agrees with what this lab's evidence says. What was asked is shown, the right answer never. */
export const rightAnswer = (reckon: Reckon) =>
  criterion('answer', ({ evidence, truth, subjects, answer }) => {
    const right = reckon(evidence, truth, subjects);
    if (right === null || answer === undefined)
      return more({ seen: answer ?? '' }, right === null ? 'no-evidence' : 'no-answer');
    if (right.kind === 'name') {
      const said = answer
        .trim()
        .replace(/\+(0x)?[0-9a-f]+$/i, '')
        .replace(/\(\)$/, '');
      if (said === right.value) return met({ seen: said });
      return unmet({ seen: said }, named(evidence).has(said) ? 'other-frame' : 'no-such-frame');
    }
    if (right.kind === 'choice') {
      const said = answer.trim().toLowerCase();
      if (said === right.value) return met({ seen: said });
      return unmet({ seen: said.slice(0, 40) }, right.among.includes(said) ? 'other-class' : 'not-among');
    }
    const said = readNumber(answer);
    if (said === null) return unmet({ seen: answer.slice(0, 40) }, 'not-a-number');
    if (Math.abs(said - right.value) <= right.tolerance) return met({ seen: said });
    return unmet({ seen: said }, said > right.value ? 'too-high' : 'too-low');
  });

/** Every function that stands in a stack. */
const named = (evidence: readonly Evidence[]): Set<string> =>
  new Set(
    evidence
      .flatMap((e) =>
        e.kind === 'allocation' ? (e.stack ?? []) : e.kind === 'snapshot' ? e.sites.flatMap((s) => s.stack) : [],
      )
      .flatMap((f) => f.symbol ?? []),
  );

/** Reads `1,048,576`, `7.5`, `7,5`, `12 MiB`: the first number, whatever unit the learner adds. */
export function readNumber(text: string): number | null {
  const found = /-?(\d[\d,_]*(\.\d+)?|[.,]\d+)/.exec(text)?.[0];
  if (found === undefined) return null;
  // A comma that no group of three digits follows is the decimal comma of half of the world.
  const decimal = /^-?\d*,\d+$/.test(found) && !/^-?[1-9]\d{0,2},\d{3}$/.test(found);
  const value = Number(decimal ? found.replace(',', '.') : found.replace(/[,_]/g, ''));
  return Number.isFinite(value) ? value : null;
}
