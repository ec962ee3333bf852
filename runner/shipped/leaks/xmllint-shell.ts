import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLibrariesIn } from '../libraries.ts';
import type { Origin, ShippedLeak } from '../model.ts';
import { asking, program } from '../service.ts';

/** Of a line, which may have 499 characters; its copy ends with a byte more. */
const LINE_BYTES = 400;
const GOOD = `${'pwd'.padEnd(LINE_BYTES - 1)}\n`;
const BAD = `${' '.repeat(LINE_BYTES - 1)}\n`;

/** A line of nothing but blanks is forgotten; one with a command in it is given back. */
export const xmllintShell: ShippedLeak = {
  name: 'xmllint-shell',
  program: 'libxml2 2.9.14',
  fix: 'CVE-2026-1757.patch',
  functions: ['xmlShellReadline', 'xmlShell'],
  bytesPerBad: LINE_BYTES + 1,
  builds: { shipped: shipped() },
  async start({ dir, scratch }, load) {
    const file = join(scratch, 'document.xml');
    writeFileSync(file, '<document/>\n');
    const shell = await program([join(dir, 'usr/bin/xmllint'), '--nonet', '--shell', file], withLibrariesIn(dir));
    await shell.said(/> /);
    const say = (line: string) => async () => {
      if (!shell.lives()) throw new Error('xmllint ended by itself');
      shell.stdin.write(line);
    };
    const asked = asking(load, { good: say(GOOD), bad: say(BAD) });
    return {
      pid: shell.pid,
      counts: asked.counts,
      async end() {
        try {
          await asked.end();
        } finally {
          await shell.end();
        }
      },
    };
  },
};

function shipped(): Origin {
  const before = '2.9.14+dfsg-1.3~deb12u4';
  return {
    from: 'binaries',
    packages: { leak: [`libxml2-utils=${before}`, `libxml2=${before}`], twin: ['libxml2-utils', 'libxml2'] },
  };
}
