import type { Frame } from '../evidence/model.ts';
import type { SiteVerdict, Verdict } from '../evidence/verdict.ts';
import { bytes, nameOf, type Say } from '../words/index.ts';
import { markText } from './mark.ts';
import { rateOf, reasonLines } from './reasons.ts';
import { table } from './rows.ts';
import { sanitize } from './sanitize.ts';

/** The leak report in the guide's form, from a verdict on one process, for a screen of so many columns. */
export function leakReport(
  say: Say,
  verdict: Verdict,
  process: { pid: number; comm: string },
  { plain = false, columns = 80 } = {},
): string[] {
  const worst = verdict.sites[0];
  const rows: [string, string][] = [[say('report.pid'), [process.pid, named(say, process.comm)].join(' ')]];
  if (worst) {
    rows.push(
      [say('report.unfreed'), String(worst.unfreedBlocks)],
      [say('report.total'), bytes(worst.unfreedBytes)],
      [say('report.size'), bytes(worst.commonSize)],
    );
    if (worst.period) rows.push([say('report.period'), periodText(worst.period)]);
    rows.push(...rateRow(say, worst), [say('report.stack'), stackText(say, worst.stack)]);
    rows.push(
      ...reasonLines(say, plain, worst).map((line, i): [string, string] => [i === 0 ? say('report.why') : '', line]),
    );
  }
  if (verdict.unlooked !== null) rows.push(['', say('report.unlooked', { why: sanitize(verdict.unlooked) })]);
  rows.push(...settleRows(say, verdict));
  if (verdict.floorBytesPerSecond !== null) rows.push(['', say('report.floor', { rate: verdict.floorBytesPerSecond })]);
  return [say(`report.${verdict.answer}`), ...table(rows, columns)];
}

/** The same in as few lines as tell a leak from none, for a screen that has no more; `m` says the rest. */
export function shortReport(say: Say, verdict: Verdict, { plain = false, columns = 80 } = {}): string[] {
  const { answer, sites } = verdict;
  const worst = sites[0];
  const rows: [string, string][] = [];
  if (worst) {
    rows.push(
      [say('report.unfreed'), `${worst.unfreedBlocks}, ${bytes(worst.unfreedBytes)}`],
      [say('report.size'), bytes(worst.commonSize)],
    );
    if (worst.period) rows.push([say('report.period'), periodText(worst.period)]);
    const marks = worst.reasons.map((r) => markText(say, plain, r.holds ? 'met' : 'unmet')).join(' ');
    rows.push(
      ...rateRow(say, worst),
      [say('report.stack'), stackText(say, worst.stack)],
      [say('report.why'), say('report.short', { marks })],
    );
  }
  rows.push(...settleRows(say, verdict));
  return [say(`report.${answer}`), ...table(rows, columns)];
}

/** What leaks, or grows, in a second. */
export function rateRow(say: Say, site: SiteVerdict): [string, string][] {
  const rate = rateOf(say, site);
  return rate === null ? [] : [[say(site.answer === 'leak' ? 'report.leaks' : 'report.grows'), rate]];
}

/** What settles it, where it is not settled. */
export function settleRows(say: Say, { answer, settleMs }: Pick<Verdict, 'answer' | 'settleMs'>): [string, string][] {
  if (settleMs !== null) return [['', say('report.settle', { ms: settleMs })]];
  return answer === 'growing' ? [['', say('report.settle.held')]] : [];
}

const periodText = ({ ms, spreadMs }: { ms: number; spreadMs: number }): string =>
  `${(ms / 1000).toFixed(1)} s (±${(spreadMs / 1000).toFixed(1)})`;

const stackText = (say: Say, stack: readonly Frame[]): string =>
  stack.map((frame) => frameText(say, frame)).join(' ← ') || say('name.none');

/** A frame without a name is what addr2line takes, where the tool says it. */
function frameText(say: Say, { symbol, offset, module, at }: Frame): string {
  const name = nameOf(say, symbol);
  if (name !== say('name.none')) return name + (offset === null ? '' : `+0x${offset.toString(16)}`);
  return module !== undefined && at !== undefined ? `${module}+0x${at.toString(16)}` : name;
}

/** A program's name in brackets, which the word for none brings along. */
function named(say: Say, comm: string): string {
  const name = nameOf(say, comm);
  return name === say('name.none') ? name : `(${name})`;
}
