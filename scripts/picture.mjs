#!/usr/bin/env node
// Makes the READMEs' pictures anew: `node scripts/picture.mjs` records a session for each language on this machine's kernel (it
// traces: root or sudo) and draws it; `node scripts/picture.mjs draw` only draws what was recorded.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { draw, THEMES } from './picture/draw.mjs';
import { record } from './picture/record.mjs';
import { LANGS, PICTURES, root } from './picture/source.mjs';

const at = (name) => join(root, PICTURES, name);

for (const lang of LANGS) {
  if (process.argv[2] !== 'draw') writeFileSync(at(`${lang}.cast`), await record(lang));
  const cast = readFileSync(at(`${lang}.cast`), 'utf8');
  for (const theme of Object.keys(THEMES)) {
    const svg = await draw(cast, THEMES[theme]);
    writeFileSync(at(`${lang}-${theme}.svg`), svg);
    process.stdout.write(`${PICTURES}/${lang}-${theme}.svg  ${Math.round(svg.length / 1024)} KiB\n`);
  }
}
