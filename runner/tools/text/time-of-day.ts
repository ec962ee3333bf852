const DAY_S = 24 * 3600;

/** Seconds of the day → ms since the first ones. Past midnight a day is over; a clock that was set back stands still. */
export function timeOfDay(): (seconds: number) => number {
  let first: number | null = null;
  let last = 0;
  let ahead = 0;
  return (seconds) => {
    first ??= last = seconds;
    if (seconds < last) ahead += last - seconds > DAY_S / 2 ? DAY_S : last - seconds;
    last = seconds;
    return (seconds + ahead - first) * 1000;
  };
}
