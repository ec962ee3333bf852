import type { Event } from './event.ts';

const CLINIC = '10-clinic';
const COSTS = '11-what-tracing-costs';

/** Steps that have moved to another lesson or are called otherwise, by what they once were: what was passed stays passed. */
const MOVED: Readonly<Record<string, readonly [lesson: string, step: string]>> = {
  [`${CLINIC}/capabilities`]: [CLINIC, 'not-permitted'],
  [`${CLINIC}/no-tracefs`]: [CLINIC, 'not-found'],
  [`${CLINIC}/wrong-namespace`]: [CLINIC, 'by-its-pid'],
  [`${CLINIC}/own-libc`]: [CLINIC, 'no-calls'],
  [`${CLINIC}/stripped`]: [CLINIC, 'no-malloc'],
  [`${CLINIC}/overhead`]: [COSTS, 'overhead'],
  [`${CLINIC}/what-it-holds`]: [COSTS, 'what-it-holds'],
  [`${CLINIC}/two-logs`]: [COSTS, 'two-logs'],
  [`${CLINIC}/page-faults`]: [COSTS, 'page-faults'],
  [`${CLINIC}/progressive`]: [COSTS, 'progressive'],
};

/** The event as it would be written today. */
export function asOfToday(event: Event): Event {
  const [lesson, step] = MOVED[`${event.lesson}/${event.step}`] ?? [event.lesson, event.step];
  return { ...event, lesson, step };
}

/** Where steps are now that were elsewhere. */
export const movedTo = (): (readonly [lesson: string, step: string])[] => Object.values(MOVED);
