import { WorkshopError } from '../errors.ts';
import { closest } from './closest.ts';
import type { Asked, Common, Declaration, Option, Options } from './declare.ts';
import { anywhere, optionsOf } from './options.ts';
import type { Typed } from './typed.ts';
import { BARE, beforeEnd } from './usage.ts';

/** Commands by name, each loaded when it is asked for. */
export type Registry = Record<string, () => Promise<{ default: Declaration }>>;

/** What a command gets besides what was typed. */
type More = Pick<Common, 'signal' | 'commands'>;

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
    return {
      declaration: help,
      asked: await read(help, [...(name === undefined ? [] : [name]), ...languageOf(rest)], more),
    };
  }
  const declaration = await load(name ?? BARE);
  return { declaration, asked: await read(declaration, rest, more) };
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

const asksHelp = (words: readonly string[]) => beforeEnd(words).some((w) => w === '--help' || w === '-h');

/** Of everything that was asked beside help, its language. */
const languageOf = (words: readonly string[]) =>
  beforeEnd(words).filter((w, i) => /^--lang(=|$)/.test(w) || words[i - 1] === '--lang');

/** Reads argv by a declaration: what was typed, else what a variable says, else what its absence means. */
async function read(declaration: Declaration, argv: readonly string[], more: More): Promise<Asked> {
  const options = optionsOf(declaration);
  const { values, args } = await typed(declaration, options, argv);
  const given = new Set(Object.keys(values));
  const value = (key: string, option: Option) => {
    if (key in values) return values[key];
    const variable = option.variable === undefined ? '' : (process.env[option.variable] ?? '');
    if (variable === '') return option.absent();
    given.add(key);
    return option.read(variable);
  };
  return {
    json: false,
    ...Object.fromEntries(Object.entries(options).map(([key, option]) => [key, value(key, option)])),
    ...args,
    command: declaration.name,
    given,
    ...more,
  } as unknown as Asked; // each by what it was declared
}

/** Where nothing stands behind a command's name there is nothing to parse, and no parser to load: `list` is there at once. */
async function typed(declaration: Declaration, options: Options, argv: readonly string[]): Promise<Typed> {
  const args = Object.entries(declaration.args);
  if (argv.length > 0 || args.some(([, { kind }]) => kind === 'required'))
    return (await import('./typed.ts')).typed(declaration, options, argv);
  return {
    values: {},
    args: Object.fromEntries(args.map(([key, { kind }]) => [key, kind === 'several' ? [] : undefined])),
  };
}
