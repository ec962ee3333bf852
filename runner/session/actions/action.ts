import type { StepAt } from '../step-at.ts';
import type { Choice } from '../ui.ts';

/** Where a key leads: to a step of this lesson, by its index, to another lesson, or out. `from` is where a jump came from. */
export type Went = { to: number; from?: number } | { lesson: string } | 'quit';

/** What one key does. A new key is a file here and a line in `index.ts`. */
export interface Action {
  /** What it is called where it is offered, as things stand; null where it is not. */
  offered(at: StepAt): string | null;
  /** Its name on the line of keys; without one it is found under `?`. */
  brief?(at: StepAt): string;
  /** Does it. Where it leads nowhere, the learner stays at the step and is asked again. */
  act(at: StepAt): Promise<Went | null> | Promise<void>;
}

/** By key, in the order of the menu. */
export type Actions = Readonly<Record<string, Action>>;

/**
 * The keys that these actions offer at a step, as things stand: all of them, and those on the line under their short names, the
 * one that Enter takes among them.
 */
export function offer(actions: Actions, at: StepAt, initial: string): { all: Choice[]; line: Choice[] } {
  const all: Choice[] = [];
  const line: Choice[] = [];
  for (const [key, action] of Object.entries(actions)) {
    const label = action.offered(at);
    if (label === null) continue;
    all.push({ key, label });
    if (action.brief || key === initial) line.push({ key, label: action.brief?.(at) ?? label });
  }
  return { all, line };
}
