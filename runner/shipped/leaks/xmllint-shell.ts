import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLibrariesIn } from '../libraries.ts';
import type { Build, Origin, ShippedLeak } from '../model.ts';
import { configuredOnce } from '../configured.ts';
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
  function: 'xmlShellReadline',
  through: [],
  bytesPerBad: LINE_BYTES + 1,
  builds: { frames: source(), plain: source(), shipped: shipped() },
  async start({ dir, build, scratch }, load) {
    const file = join(scratch, 'document.xml');
    writeFileSync(file, '<document/>\n');
    const [binary, env] = binaryOf(dir, build);
    const shell = await program([binary, '--nonet', '--shell', file], env);
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

const binaryOf = (dir: string, build: Build): [string, Record<string, string>] =>
  build === 'shipped' ? [join(dir, 'usr/bin/xmllint'), withLibrariesIn(dir)] : [join(dir, 'xmllint'), {}];

/** What the shell is made of; the rest of the library has no part in it. */
const PARTS = ['minimum', 'debug', 'tree', 'output', 'xpath', 'sax1', 'push', 'pattern'];
/** Its patches are newer than what was made of the files that they change, and what made those need not be here. */
const AS_IT_IS = ['ACLOCAL', 'AUTOCONF', 'AUTOHEADER', 'AUTOMAKE'].map((name) => `${name}=:`);

function source(): Origin {
  return {
    from: 'source',
    package: 'libxml2',
    reversed: ['CVE-2026-1757.patch'],
    make: ({ cflags }) => [
      configuredOnce(
        '--disable-shared',
        ...PARTS.map((part) => `--with-${part}`),
        '--without-python',
        `CFLAGS=${cflags}`,
      ),
      ['make', '-s', ...AS_IT_IS, 'xmllint'],
    ],
    keeps: ['xmllint'],
  };
}

function shipped(): Origin {
  const before = '2.9.14+dfsg-1.3~deb12u4';
  return {
    from: 'binaries',
    packages: { leak: [`libxml2-utils=${before}`, `libxml2=${before}`], twin: ['libxml2-utils', 'libxml2'] },
  };
}
