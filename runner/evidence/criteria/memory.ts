import type { Counter, Evidence, ProcessMemory } from '../model.ts';
import { claims, criterion, met, more, unmet } from './define.ts';

const readings = (evidence: readonly Evidence[]) => evidence.filter((e): e is ProcessMemory => e.kind === 'memory');
const values = (evidence: readonly Evidence[], name: string) =>
  evidence.flatMap((e) => (e.kind === 'counter' && e.name === name ? [(e as Counter).value] : []));

/** The service calls itself healthy every time it is asked. */
export const saysHealthy = () =>
  criterion('says-healthy', ({ evidence }) => {
    const said = claims(evidence, 'health');
    if (said.length === 0) return more({});
    const ill = said.find((s) => s !== 'healthy');
    return ill === undefined ? met({ seen: 'healthy', times: said.length }) : unmet({ seen: ill });
  });

/**
 * RSS rises while the service's own memory gauge stands still: by half of what the leak adds in the time between the
 * first and the last reading, and by two blocks at least.
 */
export const rssGrowsUnseen = () =>
  criterion('rss-unseen', ({ evidence, truth }) => {
    const all = readings(evidence).filter((r) => r.rss !== null);
    const gauge = values(evidence, 'app_memory_used_bytes');
    const [first, last] = [all[0], all.at(-1)];
    if (!first || !last || all.length < 2 || gauge.length < 1) return more({ readings: all.length, atLeast: 2 });
    const periods = ((last.atMs ?? 0) - (first.atMs ?? 0)) / truth.periodMs;
    const needed = Math.max(2, Math.floor(periods / 2)) * truth.blockBytes;
    const grown = (last.rss as number) - (first.rss as number);
    const seen = { first: first.rss as number, last: last.rss as number, grown, gauge: gauge[0] as number, needed };
    if (new Set(gauge).size > 1) return unmet(seen, 'gauge-moves');
    return grown >= needed ? met(seen) : unmet(seen, 'flat');
  });

/** What grows is anonymous memory, nobody else's and not a file's: the heap or a mapping of the process itself. */
export const anonymousGrows = () =>
  criterion('anonymous-grows', ({ evidence, truth }) => {
    const all = readings(evidence).filter((r) => r.anonymous !== null && r.rss !== null);
    const first = all[0];
    const last = all.at(-1);
    if (!first || !last || all.length < 2) return more({ readings: all.length, atLeast: 2 });
    const anonymous = (last.anonymous as number) - (first.anonymous as number);
    const rss = (last.rss as number) - (first.rss as number);
    const seen = { anonymous, rss, percent: rss <= 0 ? 0 : Math.round((100 * anonymous) / rss) };
    return anonymous >= 2 * truth.blockBytes && anonymous >= 0.9 * rss ? met(seen) : unmet(seen, 'flat');
  });

/** RSS, VSZ, PSS and swap are all on the screen, of this process. */
export const fourNumbers = () =>
  criterion('four-numbers', ({ evidence }) => {
    const has = (field: 'rss' | 'vsz' | 'pss' | 'swap') => readings(evidence).some((r) => r[field] !== null);
    const missing = (['rss', 'vsz', 'pss', 'swap'] as const).filter((f) => !has(f));
    return missing.length === 0
      ? met({ seen: 'RSS VSZ PSS swap' })
      : more({ missing: missing.join(' ').toUpperCase() });
  });

/** A twin that has just started rises, too, until it holds its three blocks. */
const LOG_LINES = 6;

/** The log says that all is well while its own last column rises. */
export const logLies = () =>
  criterion('log-lies', ({ evidence, truth }) => {
    const totals = values(evidence, 'log_total');
    if (totals.length < LOG_LINES)
      return more(
        { lines: totals.length, atLeast: LOG_LINES, moreMs: (LOG_LINES - totals.length) * truth.periodMs },
        'too-short',
      );
    const first = totals[0] as number;
    const last = totals.at(-1) as number;
    const seen = { first, last, lines: totals.length };
    const rises =
      totals.every((t, i) => i === 0 || t >= (totals[i - 1] as number)) &&
      last - first >= (totals.length - 2) * truth.blockBytes;
    return rises ? met(seen) : unmet(seen, 'flat');
  });

/** Every line of the log calms the reader. */
export const logCalm = () =>
  criterion('log-calm', ({ evidence }) => {
    const said = claims(evidence, 'log');
    if (said.length === 0) return more({});
    const alarm = said.find((s) => s !== '이상 없음');
    return alarm === undefined ? met({ seen: '이상 없음', times: said.length }) : unmet({ seen: alarm });
  });

/** The first and the last look at RSS that have their time; null where time does not pass between two. */
export function rssOverTime(
  evidence: readonly Evidence[],
): Record<'first' | 'last', { rss: number; atMs: number }> | null {
  const timed = readings(evidence).flatMap(({ rss, atMs }) => (rss === null || atMs === null ? [] : [{ rss, atMs }]));
  const [first, last] = [timed[0], timed.at(-1)];
  return first && last && last.atMs > first.atMs ? { first, last } : null;
}
