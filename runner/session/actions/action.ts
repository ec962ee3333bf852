import type { StepAt } from '../step-at.ts';
import type { Choice } from '../ui.ts';

/** Where a key leads: to a step of the lesson, by its index, or to the list of lessons. */
export type Went = { to: number } | 'list';

/** What one key does. A new key is a file here and a line in `index.ts`. */
export interface Action {
  /** What it is called where it is offered, as things stand; null where it is not. */
  offered(at: StepAt): string | null;
  /** Does it. Where it leads nowhere, the learner stays at the step and is asked again. */
  act(at: StepAt): Promise<Went> | Promise<void>;
}

/** By key, in the order of the menu. */
export type Actions = Readonly<Record<string, Action>>;

/** The keys that these actions offer at a step, as things stand. */
export const offer = (actions: Actions, at: StepAt): Choice[] =>
  Object.entries(actions).flatMap(([key, action]) => {
    const label = action.offered(at);
    return label === null ? [] : [{ key, label }];
  });
