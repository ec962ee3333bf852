import { Command, CommanderError, Option as Accepted } from 'commander';
import { WorkshopError } from '../errors.ts';
import { closest } from './closest.ts';
import type { Argument, Asked, Common, Declaration, Option, Options } from './declare.ts';
import { usage } from './usage.ts';
import { anywhere, optionsOf } from './options.ts';

/** Commands by name, each loaded when it is asked for. */
export type Registry = Record<string, () => Promise<{ default: Declaration }>>;

/** What a command gets besides what was typed. */
type More = Pick<Common, 'signal' | 'commands'>;

/** Called without a name: it is no name that anybody types. */
export const BARE = 'start';

/** The names that people type. */
export const namesOf = (commands: Registry): string[] => Object.keys(commands).filter((name) => name !== BARE);

/** Finds the command that argv calls and reads what it declares. Bad input is an error that names what was meant. */
export async function parse(
  argv: readonly string[],
  commands: Registry,
  more: More,
): Promise<{ declaration: Declaration; asked: Asked }> {
  const { name, rest } = split(argv);
  if (name !== undefined && !Object.hasOwn(commands, name)) {
    const names = namesOf(commands);
    throw new WorkshopError('usage.unknown-command', {
      command: name,
      commands: names.join(' '),
      meant: closest(name, names) ?? '',
    });
  }
  const load = async (called: string) => (await (commands[called] as Registry[string])()).default;
  if (asksHelp(rest)) {
    const help = await load('help');
    return { declaration: help, asked: read(help, [...(name === undefined ? [] : [name]), ...languageOf(rest)], more) };
  }
  const declaration = await load(name ?? BARE);
  return { declaration, asked: read(declaration, rest, more) };
}

/** The command's name is the first word behind options that may stand before it. */
function split(argv: readonly string[]): { name: string | undefined; rest: string[] } {
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    if (!word.startsWith('-')) return { name: word, rest: argv.toSpliced(i, 1) };
    const option = anywhere.find((o) => word.split('=')[0] === `--${o.name}` || word === `-${o.short}`);
    if (!option) break;
    if (option.value !== null && !word.includes('=')) i++;
  }
  return { name: undefined, rest: [...argv] };
}

const beforeEnd = (words: readonly string[]) => {
  const end = words.indexOf('--');
  return end < 0 ? words : words.slice(0, end);
};

const asksHelp = (words: readonly string[]) => beforeEnd(words).some((w) => w === '--help' || w === '-h');

/** Of everything that was asked beside help, its language. */
const languageOf = (words: readonly string[]) =>
  beforeEnd(words).filter((w, i) => /^--lang(=|$)/.test(w) || words[i - 1] === '--lang');

/** Reads argv by a declaration. */
function read(declaration: Declaration, argv: string[], more: More): Asked {
  const options = optionsOf(declaration);
  const args = Object.entries(declaration.args);
  refuseMissingValues(argv, declaration, options);
  const parser = parserOf(declaration, options);
  try {
    parser.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw translated(error, declaration, options, parser.args[args.length] ?? '');
  }
  const given = new Set<string>();
  const value = (key: string, option: Option) => {
    const variable = option.variable === undefined ? '' : (process.env[option.variable] ?? '');
    const typed = parser.getOptionValueSource(key) === 'cli';
    if (typed || variable !== '') given.add(key);
    return typed ? parser.getOptionValue(key) : variable !== '' ? option.read(variable) : option.absent();
  };
  return {
    json: false,
    ...Object.fromEntries(Object.entries(options).map(([key, option]) => [key, value(key, option)])),
    ...Object.fromEntries(args.map(([key], i) => [key, parser.processedArgs[i]])),
    command: declaration.name,
    given,
    ...more,
  } as unknown as Asked; // each by what it was declared
}

function parserOf(declaration: Declaration, options: Options): Command {
  const parser = new Command(declaration.name)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .showSuggestionAfterError(false)
    .allowExcessArguments(false)
    .helpOption(false);
  for (const [key, argument] of Object.entries(declaration.args)) parser.argument(syntax(key, argument));
  for (const [key, option] of Object.entries(options)) {
    const short = option.short === undefined ? '' : `-${option.short}, `;
    const accepted = new Accepted(`${short}--${option.name}${option.value === null ? '' : ' <value>'}`);
    if (option.value !== null) accepted.argParser((given) => option.read(given));
    // Its own name for what `--no-…` gives, beside an option of the other sense.
    accepted.attributeName = () => key;
    parser.addOption(accepted);
  }
  return parser;
}

const syntax = (key: string, { kind }: Argument) =>
  kind === 'required' ? `<${key}>` : kind === 'several' ? `[${key}...]` : `[${key}]`;

/** What looks like an option is no value, or a forgotten one would be noticed late. With `=` it may be. */
function refuseMissingValues(argv: readonly string[], declaration: Declaration, options: Options): void {
  const valued = new Set(Object.values(options).flatMap((o) => (o.value === null ? [] : [`--${o.name}`])));
  const words = beforeEnd(argv);
  for (const [i, word] of words.entries())
    if (valued.has(word) && /^-./.test(words[i + 1] ?? '')) throw missingValue(word, declaration, options);
}

function missingValue(option: string, { name }: Declaration, options: Options): WorkshopError {
  const { value } = Object.values(options).find((o) => `--${o.name}` === option) ?? {};
  return new WorkshopError('usage.missing-value', { option, value: value ?? '', command: called(name) });
}

/** commander's refusals in our words. */
function translated(
  error: CommanderError,
  declaration: Declaration,
  options: Options,
  argument: string,
): WorkshopError {
  const [, word = ''] = /'([^']*)'/.exec(error.message) ?? [];
  const command = called(declaration.name);
  const flags = Object.values(options).map((o) => `--${o.name}`);
  switch (error.code) {
    case 'commander.unknownOption': {
      const [option = ''] = word.split('=');
      if (flags.includes(option)) return new WorkshopError('usage.needless-value', { option, command });
      const meant = closest(
        option.replace(/^-+/, ''),
        flags.map((f) => f.slice(2)),
      );
      return new WorkshopError('usage.unknown-option', {
        option,
        options: flags.join(' '),
        meant: meant ? `--${meant}` : '',
        command,
      });
    }
    case 'commander.optionMissingArgument':
      return missingValue(/--[\w-]+/.exec(word)?.[0] ?? word, declaration, options);
    case 'commander.missingArgument':
      return new WorkshopError('usage.missing-argument', {
        argument: declaration.args[word]?.name ?? '',
        usage: usage(declaration),
        command,
      });
    default:
      return new WorkshopError('usage.needless-argument', { argument, usage: usage(declaration), command });
  }
}

/** As a person types it after `npm run workshop --`. */
const called = (name: string): string => (name === BARE ? '' : `${name} `);
