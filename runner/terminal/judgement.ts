import { callSite } from '../evidence/site.ts';
import { FEW, type JudgedSite, type Judgement, type Limit } from '../evidence/judgement.ts';
import type { Notice } from '../evidence/model.ts';
import type { Style } from '../session/ui.ts';
import { bytes, type Say } from '../words/index.ts';
import { sanitize } from './sanitize.ts';
import { reasonLines } from './reasons.ts';
import { rateRow, settleRows } from './report.ts';
import { table } from './rows.ts';
import { wrapLine } from './wrap.ts';

/** Call sites beside the one that matters most, and things said. */
const OTHERS = 8;
const NOTICES = 6;

export interface Seen {
  tool: string;
  pids: readonly number[];
  notices: readonly Notice[];
  /** When a limit is reached, where somebody asked. */
  limit?: Limit | null;
}

/** What a transcript comes to, for a screen of so many columns: the answer, the site that matters most, the others. */
export function judgementLines(say: Say, style: Style, judged: Judgement, seen: Seen, columns = 80): string[] {
  const [worst, ...others] = judged.sites;
  const rows: [string, string][] = [];
  if (seen.pids.length > 0) rows.push([say('report.pid'), seen.pids.slice(0, 8).join(', ')]);
  if (worst) rows.push(...siteRows(say, style, judged, worst, seen));
  if (judged.verdict?.unlooked) rows.push(['', say('report.unlooked', { why: sanitize(judged.verdict.unlooked) })]);
  if (judged.verdict) rows.push(...settleRows(say, judged.verdict));
  if (judged.answer === 'none' && judged.verdict?.floorBytesPerSecond)
    rows.push(['', say('report.floor', { rate: judged.verdict.floorBytesPerSecond })]);
  for (const [i, site] of others.slice(0, OTHERS).entries())
    rows.push([
      i === 0 ? say('judge.others') : '',
      say('judge.other', { answer: answerOf(say, site), name: nameOf(say, site), sum: sumOf(say, site) }),
    ]);
  if (others.length > OTHERS) rows.push(['', say('judge.more', { more: others.length - OTHERS })]);
  const next = nextOf(say, judged);
  return [
    head(say, style, judged),
    ...table(rows, columns),
    ...seen.notices
      .slice(0, NOTICES)
      .map((n) => wrapLine(`  ${style.dim('!')} ${say(`notice.${n.code}`, { detail: sanitize(n.detail) })}`, columns)),
    ...(next === null ? [] : [wrapLine(`  ${next}`, columns, 2)]),
    style.dim(say('judge.read-as', { tool: seen.tool })),
  ];
}

const limitText = (say: Say, { bytes: limit, reachedInMs }: Limit): string =>
  reachedInMs > 0 ? say('report.limit.reached', { limit, ms: reachedInMs }) : say('report.limit.over', { limit });

function head(say: Say, style: Style, { answer, basis }: Judgement): string {
  if (answer === 'leak') return style.bad(say('report.leak'));
  if (answer === 'growing') return style.strong(say('report.growing'));
  if (answer === 'none') return style.good(say('report.none'));
  return style.strong(say(basis === 'requests' ? 'judge.requests' : 'judge.nothing'));
}

function siteRows(say: Say, style: Style, judged: Judgement, site: JudgedSite, seen: Seen): [string, string][] {
  const stack = site.stack.map((f) => {
    const name = f.symbol === null ? (f.module ? `[${f.module}]` : '?') : f.symbol;
    return sanitize(f.symbol === null || f.offset === null ? name : `${name}+0x${f.offset.toString(16)}`);
  });
  const rows: [string, string][] = [
    [say('judge.site'), nameOf(say, site)],
    [say(site.answer === null ? 'judge.asked' : 'judge.held'), sumOf(say, site)],
  ];
  if (site.verdict && site.verdict.commonSize > 0) rows.push([say('report.size'), bytes(site.verdict.commonSize)]);
  if (stack.length > 0) rows.push([say('report.stack'), stack.join(' ← ')]);
  if (site.verdict) rows.push(...rateRow(say, site.verdict));
  if (seen.limit && site === judged.sites[0]) rows.push([say('report.limit'), limitText(say, seen.limit)]);
  if (judged.basis === 'lives') rows.push([say('judge.looked'), say('judge.look.lives', { looks: judged.looks })]);
  else if (judged.basis === 'blocks') rows.push([say('judge.looked'), say('judge.look.blocks')]);
  else if (judged.basis === 'one-look') rows.push([say('judge.looked'), say('judge.look.one')]);
  else if (judged.basis === 'sums') rows.push([say('judge.looked'), say('judge.look.sums', { looks: judged.looks })]);
  if (!judged.verdict || !site.verdict) return rows;
  rows.push(
    ...reasonLines(say, style.plain, site.verdict).map((line, i): [string, string] => [
      i === 0 ? say('report.why') : '',
      line,
    ]),
  );
  return rows;
}

function nextOf(say: Say, { basis, looks, answer, verdict }: Judgement): string | null {
  if (basis === 'requests') return say('judge.requests.next');
  if (basis === 'one-look') return say('judge.next.one-look');
  if (basis === 'sums' && looks < FEW) return say('judge.next.few');
  return answer === 'growing' && verdict === null ? say('judge.next.unproven') : null;
}

const nameOf = (say: Say, { stack }: JudgedSite) => {
  const name = callSite(stack);
  return name === null ? say('judge.nameless') : sanitize(name);
};
const answerOf = (say: Say, { answer }: JudgedSite) => say(`judge.answer.${answer ?? 'asked'}`);
const sumOf = (say: Say, { blocks, bytes: size }: JudgedSite) =>
  size === 0
    ? say('judge.blocks-only', { blocks })
    : blocks === 0
      ? say('judge.bytes-only', { bytes: size })
      : say('judge.sum', { blocks, bytes: size });
