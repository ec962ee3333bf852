import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Pace } from '../model/lab.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENTS } from '../environments/index.ts';
import type { EnvironmentKind } from '../model/kinds.ts';
import { WorkshopError } from '../errors.ts';
import type { Lang } from '../words/index.ts';
import { chosen } from '../journal/preferred-environment.ts';
import { spoken } from '../words/language.mjs';
import { closest } from './closest.ts';

/** What a command is called with. */
export interface Invocation {
  command: string;
  args: string[];
  lang: Lang;
  env: EnvironmentKind;
  /** Whether it was chosen, by --env or WORKSHOP_ENV. */
  envGiven: boolean;
  pace: Pace;
  /** Whether --pace was given: a lab that is up keeps its own otherwise. */
  paceGiven: boolean;
  json: boolean;
  yes: boolean;
  install: boolean;
  debug: boolean;
  flags: Flags;
}

export type Run = (invocation: Invocation & { signal: AbortSignal }) => Promise<number>;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

const options = {
  help: { ...flag, short: 'h' },
  version: { ...flag, short: 'V' },
  lang: text,
  env: text,
  pace: text,
  json: flag,
  yes: { ...flag, short: 'y' },
  install: flag,
  'no-install': flag,
  debug: flag,
  for: text,
  file: text,
  answer: text,
  level: text,
  save: text,
  junit: text,
  'require-all': flag,
  all: flag,
  lab: text,
  variant: text,
  accept: flag,
  bundle: text,
  context: text,
  namespace: text,
} satisfies ParseArgsConfig['options'];

export type Flags = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

export const names = [
  'tour',
  'list',
  'run',
  'check',
  'hint',
  'solution',
  'reset',
  'status',
  'doctor',
  'up',
  'down',
  'shell',
  'verify',
  'lint',
  'bundle',
  'help',
] as const;

/** Parses argv. Bad input is an error that names what was meant. */
export function parse(argv: string[]): Invocation {
  let values: Flags;
  let positionals: string[];
  try {
    ({ values, positionals } = parseArgs({ args: argv, options, allowPositionals: true }));
  } catch (error) {
    const option = /'(-[^' ]*)/.exec((error as Error).message)?.[1] ?? '';
    const meant = closest(option.replace(/^-+/, ''), Object.keys(options));
    const detail = meant ? `--${meant}?` : (error as Error).message.split('. ')[0];
    throw new WorkshopError('usage.unknown-option', { option, detail: detail ?? '' });
  }
  const [name = 'start', ...args] = positionals;
  const command = values.help ? 'help' : name;
  if (command !== 'start' && !(names as readonly string[]).includes(command)) {
    throw new WorkshopError('usage.unknown-command', {
      command: name,
      commands: names.join(' '),
      meant: closest(name, names) ?? '',
    });
  }
  return {
    command,
    args: values.help && name !== 'start' ? [name, ...args] : args,
    lang: oneOf('--lang', values.lang, ['ko', 'en'] as const) ?? spoken(),
    env:
      oneOf('--env', values.env ?? (process.env.WORKSHOP_ENV || undefined), ENVIRONMENTS) ??
      remembered(command) ??
      DEFAULT_ENVIRONMENT,
    envGiven: values.env !== undefined || Boolean(process.env.WORKSHOP_ENV),
    pace: oneOf('--pace', values.pace, ['real', 'fast'] as const) ?? 'real',
    paceGiven: values.pace !== undefined,
    json: values.json ?? false,
    yes: values.yes ?? false,
    install: !values['no-install'],
    debug: values.debug ?? false,
    flags: values,
  };
}

/** Commands that begin something: without a terminal they mean this host, whatever somebody chose on one. */
const BEGIN = new Set(['start', 'tour', 'verify', 'up', 'doctor']);

const remembered = (command: string): EnvironmentKind | null =>
  BEGIN.has(command) && !(process.stdin.isTTY && process.stdout.isTTY) ? null : chosen(ENVIRONMENTS);

/** The value of an option that takes one of a few words. */
export function oneOf<T extends string>(
  option: string,
  value: string | undefined,
  allowed: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  if (!(allowed as readonly string[]).includes(value))
    throw new WorkshopError('usage.bad-value', { option, value, allowed: allowed.join(', ') });
  return value as T;
}
