import { callSite } from '../evidence/site.ts';
import type { Verdict } from '../evidence/verdict.ts';
import { bytes, type Say } from '../words/index.ts';
import { markText } from './mark.ts';
import { sanitize } from './sanitize.ts';
import { table } from './rows.ts';

/** The leak report in the guide's form, from a verdict on one process, for a screen of so many columns. */
export function leakReport(
  say: Say,
  verdict: Verdict,
  process: { pid: number; comm: string },
  { plain = false, columns = 80 } = {},
): string[] {
  const worst = verdict.sites[0];
  const rows: [string, string][] = [[say('report.pid'), say('report.pid.of', process)]];
  if (worst) {
    rows.push(
      [say('report.unfreed'), String(worst.unfreedBlocks)],
      [say('report.total'), bytes(worst.unfreedBytes)],
      [say('report.size'), bytes(worst.commonSize)],
    );
    if (worst.period)
      rows.push([
        say('report.period'),
        `${(worst.period.ms / 1000).toFixed(1)} s (±${(worst.period.spreadMs / 1000).toFixed(1)})`,
      ]);
    const frames = worst.stack.map((f) =>
      f.symbol === null ? '?' : f.offset === null ? f.symbol : `${f.symbol}+0x${f.offset.toString(16)}`,
    );
    rows.push([say('report.stack'), sanitize(frames.join(' ← ') || (callSite(worst.stack) ?? '?'))]);
    for (const [i, r] of worst.reasons.entries()) {
      const number = (n: number) =>
        r.id === 'low-water' ? n : r.id === 'still-keeping' ? n.toFixed(1) : Math.round(100 * n);
      rows.push([
        i === 0 ? say('report.why') : '',
        say(`report.${r.id}`, {
          holds: markText(say, plain, r.holds ? 'met' : 'unmet'),
          seen: number(r.seen),
          needed: number(r.needed),
          blocks: r.blocks,
        }),
      ]);
    }
  }
  if (verdict.settleMs !== null) rows.push(['', say('report.settle', { ms: verdict.settleMs })]);
  if (verdict.floorBytesPerSecond !== null) rows.push(['', say('report.floor', { rate: verdict.floorBytesPerSecond })]);
  return [say(`report.${verdict.answer}`), ...table(rows, columns)];
}
