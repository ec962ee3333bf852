/** Times by what took them, ms: one a round. */
export type Times = ReadonlyMap<string, readonly number[]>;

/** Times over those of the base in the same round. */
export const ratios = (times: readonly number[], base: readonly number[]): number[] =>
  times.map((ms, round) => ms / (base[round] as number));

/** The value below which a share of the others lies, between two of them where it falls between. NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  return low + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? low) - low);
}

/** Median and quartiles, three digits of each: `1.24 (1.20–1.31)`. */
export function spread(values: readonly number[]): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(values, share)) as [number, number, number];
  const decimals = middle >= 100 ? 0 : middle >= 10 ? 1 : 2;
  return `${middle.toFixed(decimals)} (${low.toFixed(decimals)}–${high.toFixed(decimals)})`;
}

/** What a median must not be above: so many times the base, or so many ms. */
export type Most = { times: number } | { ms: number };

/** The table of one run: the base first, then every contender with its target. */
export function report(times: Times, base: string, targets: ReadonlyMap<string, Most>): string {
  const bare = times.get(base) ?? [];
  const rows = [...targets].map(([name, most]) => {
    const took = times.get(name) ?? [];
    const over = ratios(took, bare);
    const met = 'times' in most ? quantile(over, 0.5) <= most.times : quantile(took, 0.5) <= most.ms;
    return [
      name,
      spread(took),
      spread(over),
      'times' in most ? `≤ ${most.times} ×` : `≤ ${most.ms} ms`,
      met ? 'met' : 'MISSED',
    ];
  });
  const lines = table([
    [`${bare.length} rounds`, 'ms', `× ${base}`, 'target', ''],
    [base, spread(bare), '1.00'],
    ...rows,
  ]);
  return `${lines.join('\n')}\nMedians (quartiles); ratios are of times within one round.\n`;
}

/** Lines of a table: the first column to the left, numbers to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(width(i)) : cell.padStart(width(i))))
      .join('  ')
      .trimEnd(),
  );
}
