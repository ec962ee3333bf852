import { Command, CommanderError, Option as Accepted } from 'commander';
import { WorkshopError } from '../errors.ts';
import { closest } from './closest.ts';
import type { Argument, Declaration, Options } from './declare.ts';
import { BARE, beforeEnd, usage } from './usage.ts';

/** What was typed behind a command's name, by the keys of its declaration: options that were given, and all arguments. */
export interface Typed {
  values: Record<string, unknown>;
  args: Record<string, unknown>;
}

/** Parses it. What the command does not take is an error that says what it does. */
export function typed(declaration: Declaration, options: Options, argv: readonly string[]): Typed {
  refuseMissingValues(argv, declaration, options);
  const args = Object.keys(declaration.args);
  const parser = parserOf(declaration, options);
  try {
    parser.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw translated(error, declaration, options, parser.args[args.length] ?? '');
  }
  const given = Object.keys(options).filter((key) => parser.getOptionValueSource(key) === 'cli');
  return {
    values: Object.fromEntries(given.map((key) => [key, parser.getOptionValue(key)])),
    args: Object.fromEntries(args.map((key, i) => [key, parser.processedArgs[i]])),
  };
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
