/** The bins by which tracers count lives: four to an octave of nanoseconds, as bpf/memleak has them. */
const FIRST_OCTAVE = 20;
const LAST_OCTAVE = 43;
const PER_OCTAVE = 4;
const NS = 1e6;

/** One for lives below 2^20 ns, four for each octave, one for 2^44 ns and more. */
export const BINS = 2 + PER_OCTAVE * (LAST_OCTAVE - FIRST_OCTAVE + 1);

/** Where a bin begins, ms. */
function beginsAt(bin: number): number {
  if (bin <= 0) return 0;
  const octave = FIRST_OCTAVE + Math.floor((bin - 1) / PER_OCTAVE);
  const quarter = (bin - 1) % PER_OCTAVE;
  return (2 ** octave * (1 + quarter / PER_OCTAVE)) / NS;
}

/** What a bin spans, ms: up to, and not with, `toMs`; the last one has no end. */
export const spanOf = (bin: number): { fromMs: number; toMs: number } => ({
  fromMs: beginsAt(bin),
  toMs: bin >= BINS - 1 ? Number.POSITIVE_INFINITY : beginsAt(bin + 1),
});

/** The bin of a life or an age, ms. */
export function binOf(ms: number): number {
  const ns = Math.max(0, ms * NS);
  if (ns < 2 ** FIRST_OCTAVE) return 0;
  const octave = Math.min(LAST_OCTAVE + 1, Math.floor(Math.log2(ns)));
  const exact = ns < 2 ** octave ? octave - 1 : ns >= 2 ** (octave + 1) ? octave + 1 : octave;
  if (exact > LAST_OCTAVE) return BINS - 1;
  return 1 + PER_OCTAVE * (exact - FIRST_OCTAVE) + Math.floor((ns / 2 ** exact - 1) * PER_OCTAVE);
}
