import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { SHELLS, scriptFor } from '../../runner/cli/completion.ts';
import { commandHelp, overview, tables } from '../../runner/cli/help.ts';
import { optionsOf } from '../../runner/cli/options.ts';
import { parse } from '../../runner/cli/parse.ts';
import { usage } from '../../runner/cli/usage.ts';
import { commands, shapes } from '../../runner/commands/index.ts';
import { documents } from '../../schemas/index.ts';

const all = await shapes();
const root = new URL('../..', import.meta.url);

it('each command is in the file of its name', () => {
  expect(all.map(({ name }) => name)).toEqual(Object.keys(commands));
});

it('each document of --json is printed by a command', () => {
  expect(new Set(all.flatMap(({ json }) => json ?? []))).toEqual(new Set(Object.keys(documents)));
});

describe.each(['en', 'ko'] as const)('help (%s)', (lang) => {
  it('names every command with what it takes', () => {
    const lines = overview(all, lang).split('\n');
    for (const command of all.filter(({ name }) => name !== 'start'))
      expect(
        lines.some((line) => line.startsWith(`  ${usage(command)} `)),
        command.name,
      ).toBe(true);
  });
  it.each(all.map((command) => [command.name, command] as const))(
    'of %s has each of its options and arguments',
    (_, command) => {
      const lines = commandHelp(command, lang).split('\n');
      for (const { name } of [...Object.values(optionsOf(command))])
        expect(
          lines.filter((line) => new RegExp(`^  (-\\w, )?--${name}( |$)`).test(line)),
          name,
        ).toHaveLength(1);
      for (const { name } of Object.values(command.args))
        expect(
          lines.some((line) => line.startsWith('  ') && line.includes(name)),
          name,
        ).toBe(true);
      for (const line of lines) expect(stringWidth(line), line).toBeLessThanOrEqual(80);
    },
  );
  it('is in the README, whole', () => {
    expect(readFileSync(new URL(lang === 'ko' ? 'README.ko.md' : 'README.md', root), 'utf8')).toContain(
      tables(all, lang),
    );
  });
});

it.each(all.flatMap(({ examples }) => examples ?? []))('the example `%s` is right', async (example) => {
  const argv = example.replace(/ < FILE$/, '').split(' ');
  const { declaration } = await parse(argv, commands, { signal: new AbortController().signal, commands: shapes });
  expect(declaration.name).toBe(argv[0]);
});

describe('completion', () => {
  it.each(SHELLS)('for %s knows every command and option', (shell) => {
    const script = scriptFor(shell, all, 'en');
    for (const command of all.filter(({ name }) => name !== 'start')) {
      expect(script).toMatch(new RegExp(`\\b${command.name}\\b`));
      for (const { name } of Object.values(optionsOf(command))) expect(script).toContain(name);
    }
  });
  const completed = (...words: string[]) =>
    execFileSync('bash', [
      '-c',
      `${scriptFor('bash', all, 'en')}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _workshop; printf '%s\\n' "\${COMPREPLY[@]}"`,
      'bash',
      'workshop',
      ...words,
    ])
      .toString()
      .trim()
      .split('\n');
  it.each([
    [['ver'], ['verify']],
    [['verify', '--ju'], ['--junit']],
    [['status', '--ju'], ['']],
    [['up', '--env', 'k'], ['kind']],
  ])('in bash: %j', (words, expected) => {
    expect(completed(...words)).toEqual(expected);
  });
});
