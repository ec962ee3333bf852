import { StringDecoder } from 'node:string_decoder';
import wrapAnsi from 'wrap-ansi';
import { lives } from '../evidence/lives.ts';
import type { Evidence } from '../evidence/model.ts';
import type { Live, Style } from '../session/ui.ts';
import { bytes, type Say } from '../words/index.ts';
import { curves, spark } from './plot.ts';
import { sanitize } from './sanitize.ts';

/** Lines shown of one run; the rest is in the transcript. */
const MAX_LINES = 400;

/** Between two looks at all evidence for the status line, ms: at every line of a busy tool, reading would fall behind. */
const LOOK_MS = 250;

export function live(out: NodeJS.WriteStream, say: Say, style: Style): Live {
  const decoder = new StringDecoder('utf8');
  const began = Date.now();
  const gutter = style.plain ? '  ' : `${style.dim('│')} `;
  const moving = out.isTTY === true && !style.plain;
  let rest = '';
  let shown = 0;
  let gap = false;
  let status = '';
  let lookedAt = 0;
  let seen: readonly Evidence[] = [];
  // A line that the terminal breaks breaks anywhere, and goes on outside of the gutter.
  const put = (line: string) => {
    const width = out.columns ? Math.max(20, out.columns - 5) : Number.POSITIVE_INFINITY;
    for (const part of Number.isFinite(width)
      ? wrapAnsi(line.slice(0, 400).replaceAll('\t', '        '), width, { hard: true, trim: false }).split('\n')
      : [line.slice(0, 400)])
      out.write(`  ${gutter}${part}\n`);
  };
  const clear = () => {
    if (moving && status) out.write('\r\x1b[2K');
  };
  const draw = () => {
    if (!moving) return;
    lookedAt = Date.now();
    const seconds = ((Date.now() - began) / 1000).toFixed(0);
    const curve = curves(lives(seen).blocks, 1)[0];
    const held = curve?.points.at(-1)?.bytes;
    const calls = seen.filter((e) => e.kind !== 'notice' && e.kind !== 'subject').length;
    const parts = [say('live.seconds', { seconds }), say('live.events', { calls })];
    if (curve && held !== undefined) parts.push(`${spark(curve, 16)} ${bytes(held).replace(/^.*\((.*)\)$/, '$1')}`);
    status = style.dim(`  ${parts.join('  ')}  ${say('live.stop')}`);
    out.write(`\r\x1b[2K${status}`);
  };
  const timer = moving ? setInterval(draw, LOOK_MS) : null;
  return {
    chunk(chunk) {
      rest += sanitize(decoder.write(Buffer.from(chunk)));
      const lines = rest.split('\n');
      rest = (lines.pop() ?? '').slice(-4096);
      if (lines.length === 0) return;
      clear();
      for (const line of lines) {
        // bpftrace ends with an empty line for each map that was cleared.
        if (line.trim() === '') {
          gap = true;
          continue;
        }
        if (gap && shown > 0 && shown < MAX_LINES) out.write(`  ${gutter}\n`);
        gap = false;
        shown++;
        if (shown <= MAX_LINES) put(line);
        else if (shown === MAX_LINES + 1) out.write(`  ${gutter}…\n`);
      }
      if (Date.now() - lookedAt >= LOOK_MS) draw();
      else out.write(status);
    },
    evidence(all) {
      seen = all;
    },
    end() {
      if (timer) clearInterval(timer);
      clear();
      if (rest) put(rest);
    },
  };
}
