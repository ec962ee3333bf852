import type { Lang } from './language.mjs';

/** `1048576 bytes (1 MiB)`: the exact number, since a lesson is about 1048576 and not about 1 MB. */
export function bytes(n: number): string {
  if (!Number.isFinite(n)) return String(n);
  const units = [
    [1024 ** 3, 'GiB'],
    [1024 ** 2, 'MiB'],
    [1024, 'KiB'],
  ] as const;
  const unit = units.find(([size]) => Math.abs(n) >= size);
  const exact = `${Math.round(n)} bytes`;
  if (!unit) return exact;
  const times = n / unit[0];
  // A block and a page are not 1 MiB.
  const digits = Number.isInteger(times) || Number(times.toFixed(2)) !== Math.round(times) ? 2 : 3;
  return `${exact} (${Number(times.toFixed(digits))} ${unit[1]})`;
}

/** `8.0 s`, `350 ms`, `5 min`. */
export function duration(ms: number, lang: Lang): string {
  if (Math.abs(ms) < 1000) return `${Math.round(ms)} ms`;
  if (Math.abs(ms) < 120_000) return lang === 'ko' ? `${(ms / 1000).toFixed(1)}초` : `${(ms / 1000).toFixed(1)} s`;
  return lang === 'ko' ? `${Math.round(ms / 60_000)}분` : `${Math.round(ms / 60_000)} min`;
}
