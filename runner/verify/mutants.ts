import type { ScriptStep } from '../lesson/define.ts';

/** A finished script with a line left out: that line as it stands, and what is left. */
export interface Mutant {
  line: string;
  /** Counted from 1; 0 for the one without all spare lines. */
  at: number;
  text: string;
}

/** Says nothing by itself: blank, a comment, a brace that another line opened. */
const IDLE = /^\s*(?:\/\/.*|\})?$/;

/**
 * A script that finishes the step, less one line that matters at a time; and less all of its spare lines at once. A spare line
 * that the script has not is a mistake in the lesson.
 */
export function mutants(step: ScriptStep, script: string): { each: Mutant[]; spare: Mutant | null } {
  const lines = script.split('\n');
  const without = (leave: (line: string, i: number) => boolean) => lines.filter((l, i) => !leave(l, i)).join('\n');
  const spare = Object.keys(step.spare ?? {});
  const isSpare = (line: string) => spare.includes(line.trim());
  const unknown = spare.find((line) => !lines.some((l) => l.trim() === line));
  if (unknown !== undefined) throw new Error(`${step.script} has no line ${unknown}`);
  const each = lines.flatMap((line, i) =>
    IDLE.test(line) || isSpare(line) ? [] : [{ line: line.trim(), at: i + 1, text: without((_, j) => j === i) }],
  );
  return { each, spare: spare.length > 0 ? { line: spare.join(' '), at: 0, text: without(isSpare) } : null };
}
