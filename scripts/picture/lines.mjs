// Lines of a terminal as SVG, each drawn once however often it is shown.

/** Lower blocks of eight heights: drawn, since no two fonts agree on them. */
const BLOCKS = '▁▂▃▄▅▆▇█';

export class Lines {
  #ids = new Map();
  #cell;

  constructor(cell) {
    this.#cell = cell;
  }

  /** The id of a line of the terminal's buffer; null for an empty one. */
  idOf(line) {
    const drawn = this.#drawn(runs(line));
    if (drawn === '') return null;
    if (!this.#ids.has(drawn)) this.#ids.set(drawn, `l${this.#ids.size}`);
    return this.#ids.get(drawn);
  }

  defs() {
    return [...this.#ids].map(([drawn, id]) => `<g id="${id}">${drawn}</g>`);
  }

  #drawn(all) {
    const { width, height } = this.#cell;
    return all
      .map(({ text, at, cells, style }) => {
        const level = BLOCKS.indexOf(text[0]) + 1;
        if (level > 0) {
          const tall = (height * level) / BLOCKS.length;
          return `<rect class="p ${style}" x="${at * width}" y="${(height - tall).toFixed(1)}" width="${cells * width}" height="${tall.toFixed(1)}"/>`;
        }
        const fit = `textLength="${cells * width}" lengthAdjust="spacingAndGlyphs"`;
        return `<text${style ? ` class="${style}"` : ''} x="${at * width}" y="${height - 4}" ${fit}>${escaped(text)}</text>`;
      })
      .join('');
  }
}

/** What stands together in a line: of one style, one width of letters, and for blocks one height. Blanks are left out. */
function runs(line) {
  const all = [];
  for (let at = 0; at < line.length; at++) {
    const cell = line.getCell(at);
    const text = cell.getChars();
    if (cell.getWidth() === 0 || text === '') continue;
    const kind = BLOCKS.includes(text) ? text : cell.getWidth();
    const style = styleOf(cell);
    const before = all.at(-1);
    const joins = before && before.style === style && before.kind === kind && before.at + before.cells === at;
    if (joins) {
      before.text += text;
      before.cells += cell.getWidth();
    } else if (text !== ' ') all.push({ text, at, cells: cell.getWidth(), style, kind });
  }
  for (const run of all) {
    const bare = run.text.trimEnd();
    run.cells -= (run.text.length - bare.length) * (run.cells / [...run.text].length);
    run.text = bare;
  }
  return all;
}

function styleOf(cell) {
  const colour = cell.isFgPalette() ? `c${30 + cell.getFgColor()}` : '';
  return [cell.isBold() ? 'b' : '', cell.isDim() ? 'd' : '', colour].filter(Boolean).join(' ');
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
