import type { Event } from './events.ts';
import { keyOf, type Progress } from './progress.ts';

interface Outline {
  id: string;
  steps: readonly { id: string }[];
}

/**
 * Where a learner goes on: at the first open step of the lesson they were in last, then of those after it, then of
 * those before; null when none is left.
 */
export function nextStep(
  lessons: readonly Outline[],
  progress: Progress,
  events: readonly Event[],
): { lesson: string; step: string } | null {
  const state = (lesson: string, step: string) => progress.get(keyOf(lesson, step))?.state ?? 'new';
  // What was reset is as if it had never been.
  const last = events.findLast((e) => state(e.lesson, e.step) !== 'new')?.lesson;
  const from = Math.max(
    0,
    lessons.findIndex((l) => l.id === last),
  );
  for (const { id, steps } of [...lessons.slice(from), ...lessons.slice(0, from)]) {
    const open = steps.find((s) => !['passed', 'skipped'].includes(state(id, s.id)));
    if (open) return { lesson: id, step: open.id };
  }
  return null;
}
