// Draws a recording as an SVG that moves by CSS alone: every screen is a row of the film, every line of text is there once.
import xterm from '@xterm/headless';
import { CAPTIONS } from './captions.mjs';
import { Lines } from './lines.mjs';

/** Colours as GitHub has them, so that the picture lies on its page. */
export const THEMES = {
  light: {
    back: '#ffffff',
    edge: '#d1d9e0',
    text: '#1f2328',
    dim: '#59636e',
    31: '#cf222e',
    32: '#1a7f37',
    36: '#0550ae',
  },
  dark: {
    back: '#0d1117',
    edge: '#3d444d',
    text: '#e6edf3',
    dim: '#9198a1',
    31: '#ff7b72',
    32: '#3fb950',
    36: '#79c0ff',
  },
};

const CELL = { width: 8, height: 17 };
const MARGIN = 12;
/** No two screens are closer than this, and none stays longer; the last one does, s. */
const [LEAST, MOST, LAST] = [0.12, 1.6, 4];

/**
 * @param {string} cast
 * @param {(typeof THEMES)['light']} theme
 * @returns {Promise<string>}
 */
export async function draw(cast, theme) {
  const [header, ...events] = cast
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const lines = new Lines(CELL, theme);
  const film = await screens(header, events, lines);
  const width = header.width * CELL.width + 2 * MARGIN;
  const inside = header.height * CELL.height;
  const height = inside + 2 * MARGIN + CELL.height;
  const total = film.reduce((sum, { lasts }) => sum + lasts, 0);
  let at = 0;
  const stops = film.map(({ lasts }, i) => {
    const stop = `${((100 * at) / total).toFixed(2)}%{transform:translateY(${-i * inside}px)}`;
    at += lasts;
    return stop;
  });
  const { title, story } = CAPTIONS[header.lang];
  const label = `${header.tool} · ${header.kernel}`;
  const last = `transform:translateY(${-(film.length - 1) * inside}px)`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title story" xml:lang="${header.lang}">
<title id="title">${escaped(title)} (${label})</title>
<desc id="story">${escaped(story)}</desc>
<style>
text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","Noto Sans Mono CJK KR",monospace;fill:${theme.text};white-space:pre}
.b{font-weight:700}.d{fill:${theme.dim}}.c31{fill:${theme[31]}}.c32{fill:${theme[32]}}.c36{fill:${theme[36]}}.p{fill:${theme.text}}
.film{animation:film ${total.toFixed(1)}s step-end infinite}
@keyframes film{${stops.join('')}}
@media (prefers-reduced-motion:reduce){.film{animation:none;${last}}}
</style>
<defs>
${lines.defs().join('\n')}
</defs>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8" fill="${theme.back}" stroke="${theme.edge}"/>
<clipPath id="screen"><rect width="${width - 2 * MARGIN}" height="${inside}"/></clipPath>
<g transform="translate(${MARGIN} ${MARGIN})" clip-path="url(#screen)">
<g class="film">
${film.map(({ rows }, i) => rows.map(([id, row]) => `<use href="#${id}" y="${i * inside + row * CELL.height}"/>`).join('')).join('\n')}
</g>
</g>
<text class="d" x="${width - MARGIN}" y="${height - MARGIN}" text-anchor="end">${label}</text>
</svg>
`;
}

/** The screens of a recording, each with how long it stays, s, and which lines it has in which rows. */
async function screens({ width, height }, events, lines) {
  const terminal = new xterm.Terminal({ cols: width, rows: height, allowProposedApi: true });
  const film = [];
  let since = events[0]?.[0] ?? 0;
  for (const [i, [at, , data]] of events.entries()) {
    await new Promise((resolve) => terminal.write(data, resolve));
    const next = events[i + 1]?.[0];
    if (next !== undefined && next - since < LEAST) continue;
    const { active } = terminal.buffer;
    const rows = Array.from({ length: height }, (_, row) => [lines.idOf(active.getLine(active.baseY + row)), row]);
    const seen = rows.filter(([id]) => id !== null);
    const lasts = next === undefined ? LAST : Math.min(MOST, next - since);
    const before = film.at(-1);
    if (before && JSON.stringify(before.rows) === JSON.stringify(seen))
      before.lasts = Math.min(MOST, before.lasts + lasts);
    else film.push({ rows: seen, lasts });
    since = next ?? at;
  }
  return film;
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
