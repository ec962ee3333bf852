import { lives } from '../evidence/lives.ts';
import type { Evidence } from '../evidence/model.ts';
import { judge } from '../evidence/verdict.ts';
import type { Lang } from '../words/index.ts';
import { callSite } from '../evidence/site.ts';
import type { Pictured } from '../session/pictured.ts';
import type { Style, Ui } from '../session/ui.ts';
import { accountLines } from './accounts.ts';
import { compareLines } from './compare.ts';
import { live } from './live.ts';
import { renderMarkdown } from './markdown.ts';
import { type Say, words } from '../words/index.ts';
import { printedLines } from './pages.ts';
import { outcomeLines } from './outcome.ts';
import { type Curve, curves, plot } from './plot.ts';
import { leakReport, shortReport } from './report.ts';
import { styleFor } from './style.ts';
import { wrapLine } from './wrap.ts';

/** The line of keys below a picture and what is said of it, which may take two rows. */
const MENU = 2;

/** What both ways of talking share: everything that is shown, nothing that is asked. */
export function presenting(lang: Lang, out: NodeJS.WriteStream): Omit<Ui, 'choose' | 'keys' | 'line' | 'block'> {
  let spoken = lang;
  const say = ((...said: Parameters<Say>) => words(spoken)(...said)) as Say;
  const style = styleFor(out);
  const raw = (line: string) => void out.write(`${line}\n`);
  const columns = () => Math.min(out.columns ?? 80, 100);
  const print = (text: string) =>
    raw(
      text
        .split('\n')
        .map((line) => wrapLine(line, columns()))
        .join('\n'),
    );
  return {
    get lang() {
      return spoken;
    },
    speak(lang) {
      spoken = lang;
    },
    say,
    style,
    print,
    raw,
    prose: async (markdown) => raw(`\n${renderMarkdown(markdown, style, out.columns)}\n`),
    page: async (text) => raw(printedLines(text, { columns: Number.POSITIVE_INFINITY }).join('\n')),
    live: (of) => live(out, say, style, of),
    outcome: (outcome, site) => outcomeLines(say, style, outcome, site).map((line) => wrapLine(line, columns())),
    compare: (...runs) => {
      for (const line of ['', ...compareLines(say, style, runs, { columns: columns(), rows: out.rows })]) raw(line);
    },
    picture: (evidence, process, below) => {
      const rows = out.rows === undefined ? {} : { rows: out.rows - MENU - heightOf(below) };
      const { lines, rest } = picture(say, style, evidence, process, { columns: columns(), ...rows });
      for (const line of lines) raw(line);
      return rest;
    },
  };
}

/** Rows of a plot, and the fewest in which growth can be told from a level. */
const PLOT = 8;
const LOW_PLOT = 3;

/** What is drawn, and what of it did not fit and is shown when it is asked for. */
export interface Picture {
  lines: string[];
  rest: string[];
}

/**
 * The curve of the call site that leaks, or of the largest, under its title, then the leak report; nothing for fewer than three points. With so many
 * `rows` for all of it, it is drawn lower and told in short before any of it leaves the screen.
 */
export function picture(
  say: Say,
  style: Style,
  evidence: readonly Evidence[],
  process: Pictured,
  { columns, rows = Number.POSITIVE_INFINITY }: { columns: number; rows?: number },
): Picture {
  const none: Picture = { lines: [], rest: [] };
  const beside = accountLines(say, style, evidence, columns);
  if (beside.length > 0) return { lines: ['', ...beside], rest: [] };
  // What the kernel's own allocators hold is nobody's leak report.
  if (evidence.some((e) => e.kind === 'claim' && e.name === 'traces')) return none;
  const verdict = judge(evidence, process);
  const worst = verdict.sites[0];
  // The curve is that of the call site that the report is about.
  const all = curves(lives(evidence).blocks, Number.POSITIVE_INFINITY);
  const curve = all.find((c) => worst && c.name === (callSite(worst.stack) ?? '')) ?? all[0];
  if (!curve || curve.points.length < 3) return none;
  const drawn = (high: number): string[] =>
    style.plain
      ? wrapLine(say('plot.words', { name: curve.name, levels: levels(say, curve) }), columns).split('\n')
      : [style.dim(say('plot.title', { name: curve.name })), ...plot(curve, Math.min(60, columns - 16), high)];
  const looks = { plain: style.plain, columns };
  const whole = leakReport(say, verdict, process, looks);
  const lines = ['', ...drawn(PLOT), '', ...whole];
  const over = heightOf(lines) - rows;
  if (over <= 0 || style.plain) return { lines, rest: [] };
  if (PLOT - over >= LOW_PLOT) return { lines: ['', ...drawn(PLOT - over), '', ...whole], rest: [] };
  const short = ['', ...shortReport(say, verdict, looks)];
  const high = Math.max(LOW_PLOT, Math.min(PLOT, rows - heightOf(short) - heightOf(['', ...drawn(0)])));
  return { lines: ['', ...drawn(high), ...short], rest: whole };
}

const heightOf = (lines: readonly string[]): number => lines.join('\n').split('\n').length;

/** The curve in words, for those who hear it: its level after each quarter. */
function levels(say: Say, curve: Curve): string {
  const quarters = [0.25, 0.5, 0.75, 1].map((share) => curve.points[Math.ceil(share * curve.points.length) - 1]);
  return quarters.flatMap((p) => (p ? [say('plot.level', { bytes: p.bytes, ms: p.atMs })] : [])).join(', ');
}
