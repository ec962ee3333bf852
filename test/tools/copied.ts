/** What becomes of a transcript between a terminal and a file, by somebody's hand. */

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uff00-\uff60]/;

/** Tabs as terminals draw them: blanks up to the next eighth column. */
export const expanded = (text: string): string =>
  text.replaceAll(/^.*$/gm, (line) => {
    let out = '';
    for (const c of line) out += c === '\t' ? ' '.repeat(8 - (out.length % 8)) : c;
    return out;
  });

/** Lines as a terminal of so many columns shows them, and as they are copied from it. */
export const folded = (text: string, columns: number): string =>
  text.replaceAll(/^.*$/gm, (line) => {
    const rows = [''];
    let width = 0;
    for (const c of line) {
      const w = WIDE.test(c) ? 2 : 1;
      if (width + w > columns) {
        rows.push('');
        width = 0;
      }
      rows[rows.length - 1] += c;
      width += w;
    }
    return rows.join('\n');
  });

export const trimmed = (text: string): string => text.replaceAll(/[ \t]+$/gm, '');
/** Terminals that copy whole rows. */
export const filled = (text: string, columns: number): string =>
  text.replaceAll(/^.*$/gm, (line) => (line === '' ? line : line.padEnd(columns)));
export const inChat = (text: string): string => text.replaceAll(/^[ \t]+/gm, '');
/** With what stands around it on a screen. */
export const prompted = (text: string, command: string): string =>
  `Last login: Fri Nov 27 09:40:12 on pts/3\nme@host:~$ ${command}\n${text.replace(/\n$/, '')}\nme@host:~$ \n`;
