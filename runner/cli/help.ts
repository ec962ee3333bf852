import { styleFor } from '../terminal/style.ts';
import { wrapLine } from '../terminal/wrap.ts';
import { type Lang, words } from '../words/index.ts';
import type { OptionShape, Shape } from './declare.ts';
import { common, ownOptions } from './options.ts';
import { argumentUsage, optionUsage, usage } from './usage.ts';

const START = 'npm run workshop';
/** Where the second column begins. */
const COLUMN = 29;

/** How help looks on this terminal, in this language. */
function page(lang: Lang) {
  const style = styleFor(process.stdout);
  const columns = Math.min(process.stdout.columns ?? 80, 100);
  const row = (left: string, right: string) =>
    left.length + 3 > COLUMN
      ? `  ${style.accent(left)}\n${wrapLine(`${' '.repeat(COLUMN)}${right}`, columns, COLUMN)}`
      : wrapLine(`  ${style.accent(left)}${' '.repeat(COLUMN - 2 - left.length)}${right}`, columns, COLUMN);
  return {
    say: words(lang),
    row,
    text: (line: string) => wrapLine(line, columns),
    section: (title: string, rows: string[]) => (rows.length === 0 ? [] : ['', style.strong(title), ...rows]),
  };
}

const rowsOf = (options: readonly OptionShape[], { say, row }: ReturnType<typeof page>) =>
  options.map((option) => row(optionUsage(option), say(`help.option.${option.name}`)));

/** `--help`: every command in a line, and what all of them take. */
export function overview(all: readonly Shape[], lang: Lang): string {
  const here = page(lang);
  const { say, row, text, section } = here;
  return [
    text(say('help.what')),
    ...section(say('help.usage'), [
      row(START, say('help.bare')),
      row(`${START} -- CMD`, say('help.cmd')),
      row(`${START} -- CMD -h`, say('help.of')),
    ]),
    ...section(
      say('help.commands'),
      all.filter(({ name }) => name !== 'start').map((c) => row(usage(c), say(`help.command.${c.name}`))),
    ),
    ...section(say('help.common'), rowsOf(Object.values(common), here)),
    '',
    text(say('help.exit')),
    '',
  ].join('\n');
}

/** `COMMAND --help`: what that command takes, whole. */
export function commandHelp(command: Shape, lang: Lang): string {
  const here = page(lang);
  const { say, row, text, section } = here;
  return [
    text(say(`help.command.${command.name}`)),
    ...section(say('help.usage'), [
      `  ${[START, ...(command.name === 'start' ? [] : ['--', usage(command)])].join(' ')}`,
    ]),
    ...section(
      say('help.arguments'),
      Object.values(command.args).map((a) => row(argumentUsage(a), say(`help.argument.${a.name}`))),
    ),
    ...section(say('help.options'), rowsOf(ownOptions(command), here)),
    ...section(say('help.common'), rowsOf(Object.values(common), here)),
    ...section(
      say('help.examples'),
      (command.examples ?? []).map((line) => `  ${START} -- ${line}`),
    ),
    '',
    text(say('help.exit')),
    '',
  ].join('\n');
}

/** The tables of the READMEs, as Markdown: commands with their options, and what those are. */
export function tables(all: readonly Shape[], lang: Lang): string {
  const say = words(lang);
  const code = (text: string) => (text === '' ? '' : `\`${text.replaceAll('|', '\\|')}\``);
  const options = [...all.flatMap(ownOptions), ...Object.values(common)];
  const distinct = new Map(options.map((option) => [option.name, option]));
  return [
    say('help.table.commands'),
    '|---|---|---|',
    ...all.map((command) => {
      const flags = ownOptions(command).map(({ name }) => code(`--${name}`));
      return `| ${code(usage(command))} | ${say(`help.command.${command.name}`)} | ${flags.join(' ')} |`;
    }),
    '',
    say('help.table.options'),
    '|---|---|',
    ...[...distinct.values()].map((o) => `| ${code(optionUsage(o))} | ${say(`help.option.${o.name}`)} |`),
  ].join('\n');
}
