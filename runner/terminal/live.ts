import stringWidth from 'string-width';
import { lives } from '../evidence/lives.ts';
import type { Evidence } from '../evidence/model.ts';
import type { Live, Style, Watched } from '../session/ui.ts';
import { bytes, type Say } from '../words/index.ts';
import { output } from './output/index.ts';
import { curves, spark } from './plot.ts';

/** Between two looks at all evidence for the status line, ms: at every line of a busy tool, reading would fall behind. */
const LOOK_MS = 250;

/** Nothing is waited for, and nothing known to be harmless. */
const UNKNOWN: Watched = { wait: null, harmless: null, again: false };

/** What a command prints, with one status line below it: how long of how long, how many of how many, how much is outstanding. */
export function live(out: NodeJS.WriteStream, say: Say, style: Style, { wait, ...how }: Watched = UNKNOWN): Live {
  const began = Date.now();
  const gutter = style.plain ? '  ' : `${style.dim('│')} `;
  const moving = out.isTTY === true && !style.plain;
  let spoke: number | null = null;
  let status = '';
  let lookedAt = 0;
  let seen: readonly Evidence[] = [];
  const shown = output(how, {
    say,
    style,
    // A line that the terminal breaks breaks anywhere, and goes on outside of the gutter.
    columns: () => (out.columns ? Math.max(20, out.columns - 5) : Number.POSITIVE_INFINITY),
    put: (line) => void out.write(`  ${gutter}${line}\n`),
  });
  const clear = () => {
    if (moving && status) out.write('\r\x1b[2K');
  };
  /** `12 of about 13 s` once the tool has begun to watch; past that, or where nobody knows, how long it has been. */
  const time = (): string => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    if (wait?.lastsMs == null || spoke === null) return say('live.seconds', { seconds });
    const of = Math.round((spoke - began + wait.lastsMs) / 1000);
    return seconds > of ? say('live.seconds', { seconds }) : say('live.about', { seconds, of });
  };
  const draw = () => {
    if (!moving) return;
    lookedAt = Date.now();
    const curve = curves(lives(seen).blocks, 1)[0];
    const held = curve?.points.at(-1)?.bytes;
    const calls = seen.filter((e) => e.kind !== 'notice' && e.kind !== 'subject').length;
    const parts = [time(), wait?.counts(seen, say) ?? say('live.events', { calls })];
    if (curve && held !== undefined) parts.push(`${spark(curve, 16)} ${bytes(held).replace(/^.*\((.*)\)$/, '$1')}`);
    if (shown.waiting() > 0) parts.push(say('live.waiting', { lines: shown.waiting() }));
    parts.push(say('live.stop'));
    status = style.dim(fitting(parts, (out.columns ?? 80) - 3));
    out.write(`\r\x1b[2K${status}`);
  };
  const timer = moving ? setInterval(draw, LOOK_MS) : null;
  return {
    chunk(chunk) {
      spoke ??= Date.now();
      clear();
      shown.add(chunk);
      if (Date.now() - lookedAt >= LOOK_MS) draw();
      else out.write(status);
    },
    evidence(all) {
      seen = all;
    },
    end() {
      if (timer) clearInterval(timer);
      clear();
      shown.end();
    },
  };
}

/** As many parts as a line has room for: one that the terminal breaks could not be taken back. */
function fitting(parts: string[], width: number): string {
  let line = ' ';
  for (const part of parts) if (stringWidth(`${line} ${part}`) < width) line += ` ${part} `;
  return line.trimEnd();
}
