/** What a function brings forward for a series of its own. */
export interface Claim {
  name: string;
  /** What it holds, bytes. */
  bytes: number;
  leaks: boolean;
}

/**
 * Who has a series of their own. `most` functions have one because they hold most, as they come; as many again are kept for
 * whoever comes later and leaks, and half of those also for whoever holds a `most`-th of everything. Once in, a function stays
 * as long as the process lives, so that no series ever moves: there are never more than twice `most`, and `other`.
 */
export interface Seats {
  has(name: string): boolean;
  names(): Iterable<string>;
  /** Gives seats to those of a look. */
  seat(claims: readonly Claim[]): void;
}

export function seats(most: number): Seats {
  const seated = new Set<string>();
  let late = 0;
  return {
    has: (name) => seated.has(name),
    names: () => seated,
    seat(claims) {
      const waiting = claims
        .filter(({ name }) => !seated.has(name))
        .sort((a, b) => Number(b.leaks) - Number(a.leaks) || b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
      const all = claims.reduce((n, { bytes }) => n + bytes, 0);
      for (const { name, bytes, leaks } of waiting) {
        if (seated.size - late < most) {
          seated.add(name);
          continue;
        }
        const large = bytes > 0 && bytes * most >= all;
        if (late >= (leaks ? most : large ? most / 2 : 0)) continue;
        seated.add(name);
        late++;
      }
    },
  };
}
