/** Numbers of lessons that are not written yet, among those that are: lists say so instead of leaving one out. */
export const COMING = ['09'] as const;

type Coming = (typeof COMING)[number];

/** What is listed, in order: lessons, and those still to come between them. */
export function withComing<Entry extends { id: string }>(entries: readonly Entry[]): (Entry | Coming)[] {
  const coming = COMING.filter((number) => !entries.some(({ id }) => id.startsWith(`${number}-`)));
  const numberOf = (one: Entry | Coming) => (typeof one === 'string' ? one : one.id);
  return [...entries, ...coming].toSorted((a, b) => (numberOf(a) < numberOf(b) ? -1 : 1));
}
