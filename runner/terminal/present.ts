import { lives } from '../evidence/lives.ts';
import type { Evidence } from '../evidence/model.ts';
import { judgeLives } from '../evidence/verdict.ts';
import type { Lang } from '../words/index.ts';
import type { Style, Ui } from '../session/ui.ts';
import { compareLines } from './compare.ts';
import { live } from './live.ts';
import { renderMarkdown } from './markdown.ts';
import { type Say, words } from '../words/index.ts';
import { outcomeLines } from './outcome.ts';
import { type Curve, curves, plot } from './plot.ts';
import { leakReport } from './report.ts';
import { styleFor } from './style.ts';
import { wrapLine } from './wrap.ts';

/** What both ways of talking share: everything that is shown, nothing that is asked. */
export function presenting(lang: Lang, out: NodeJS.WriteStream): Omit<Ui, 'choose' | 'keys' | 'line' | 'block'> {
  const say = words(lang);
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
    lang,
    say,
    style,
    print,
    raw,
    prose: (markdown) => raw(`\n${renderMarkdown(markdown, style, out.columns)}\n`),
    live: () => live(out, say, style),
    outcome: (outcome, site) => outcomeLines(say, style, outcome, site).map((line) => wrapLine(line, columns())),
    compare: (...runs) => {
      for (const line of ['', ...compareLines(say, style, runs, columns())]) raw(line);
    },
    picture: (evidence, process) => {
      for (const line of pictureLines(say, style, evidence, process, columns())) raw(line);
    },
  };
}

/** The curve of the largest call site under its title, then the leak report; nothing for fewer than three points. */
export function pictureLines(
  say: Say,
  style: Style,
  evidence: readonly Evidence[],
  process: { pid: number; comm: string },
  columns: number,
): string[] {
  // What the kernel's own allocators hold is nobody's leak report.
  if (evidence.some((e) => e.kind === 'claim' && e.name === 'traces')) return [];
  const observed = lives(evidence);
  const curve = curves(observed.blocks, 1)[0];
  if (!curve || curve.points.length < 3) return [];
  const drawn = style.plain
    ? wrapLine(say('plot.words', { name: curve.name, levels: levels(say, curve) }), columns).split('\n')
    : [style.dim(say('plot.title', { name: curve.name })), ...plot(curve, Math.min(60, columns - 16), 8)];
  return ['', ...drawn, '', ...leakReport(say, judgeLives(observed), process, { plain: style.plain, columns })];
}

/** The curve in words, for those who hear it: its level after each quarter. */
function levels(say: Say, curve: Curve): string {
  const quarters = [0.25, 0.5, 0.75, 1].map((share) => curve.points[Math.ceil(share * curve.points.length) - 1]);
  return quarters.flatMap((p) => (p ? [say('plot.level', { bytes: p.bytes, ms: p.atMs })] : [])).join(', ');
}
