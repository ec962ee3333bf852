import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from '../../runner/cli/parse.ts';
import { commands, shapes } from '../../runner/commands/index.ts';

const root = new URL('../..', import.meta.url).pathname;
const files = execFileSync('git', ['ls-files', '*.md', 'runner/words/', 'runner/environments/', 'k8s', '.ci'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter(Boolean);

/** Command lines that people are told to type, without what a shell does with them. */
const told = files.flatMap((file) =>
  [...readFileSync(`${root}${file}`, 'utf8').matchAll(/npm run (?:-s )?workshop -- ([a-z-][^`\n'“”"|<>;()#…]*)/g)].map(
    ([, line = '']) => ({
      file,
      argv: (line.split(/ {2,}|,| — |[가-힣]/)[0] as string)
        .replaceAll(/\{[^}]*\}/g, ' ')
        .trim()
        .split(/\s+/),
    }),
  ),
);

it('what people are told to type can be typed', async () => {
  expect(told.length).toBeGreaterThan(50);
  for (const { file, argv } of told) {
    const error = await parse(argv, commands, { signal: new AbortController().signal, commands: shapes }).then(
      () => null,
      (e: { errorName: string; message: string }) => e,
    );
    // Behind it there may be prose, and values that stand for others; names of commands and options are what they are.
    if (error && /unknown|needless-value/.test(error.errorName))
      throw new Error(`${file}: ${argv.join(' ')}: ${error.message}`);
  }
});
