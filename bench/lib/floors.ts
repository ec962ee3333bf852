// A floor held against what a program loses.
import type { Answer } from './looks.ts';

/** What was said of one run. */
export interface FloorRun {
  /** Bytes a second that it loses, on average; 0 of a healthy one. */
  truth: { bytesPerSecond: number };
  answer: Answer | null;
  floor: number | null;
}

/** Of runs that say that nothing leaks, those that lose more than so large a part of what they say could hide. */
export const falseAt = (runs: readonly FloorRun[], part: number): number =>
  runs.filter(({ truth, answer, floor }) => answer === 'none' && floor !== null && truth.bytesPerSecond > part * floor)
    .length;
