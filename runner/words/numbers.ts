import type { Lang } from './language.mjs';

const HOUR = 3_600_000;

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

/** A number of bytes and what it may be off by, in one unit: `25.0 KiB` and `3.1`. */
export function scaled(value: number, error: number): [value: string, error: string] {
  const steps = [
    [1024 ** 3, 'GiB'],
    [1024 ** 2, 'MiB'],
    [1024, 'KiB'],
    [1, 'bytes'],
  ] as const;
  const [size, unit] = steps.find(([least]) => Math.abs(value) >= least) ?? [1, 'bytes'];
  const digits = size === 1 || Math.abs(value) >= 100 * size ? 0 : 1;
  return [`${(value / size).toFixed(digits)} ${unit}`, (error / size).toFixed(digits)];
}

/** `8.0 s`, `350 ms`, `5 min`, `41 h`, `3 days`. */
export function duration(ms: number, lang: Lang): string {
  if (Math.abs(ms) < 1000) return `${Math.round(ms)} ms`;
  if (Math.abs(ms) < 120_000) return lang === 'ko' ? `${(ms / 1000).toFixed(1)}초` : `${(ms / 1000).toFixed(1)} s`;
  if (Math.abs(ms) < 2 * HOUR) return lang === 'ko' ? `${Math.round(ms / 60_000)}분` : `${Math.round(ms / 60_000)} min`;
  if (Math.abs(ms) < 48 * HOUR) return lang === 'ko' ? `${Math.round(ms / HOUR)}시간` : `${Math.round(ms / HOUR)} h`;
  return lang === 'ko' ? `${Math.round(ms / (24 * HOUR))}일` : `${Math.round(ms / (24 * HOUR))} days`;
}
