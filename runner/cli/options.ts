import { preferred } from '../journal/preferences.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENTS } from '../environments/index.ts';
import type { EnvironmentKind } from '../model/kinds.ts';
import { WorkshopError } from '../errors.ts';
import { flag, negated, type Option, type OptionName, type OptionShape, type Shape, text } from './declare.ts';
import { spoken } from '../words/language.mjs';

/** The value of an option that takes one of a few words. */
export function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  if ((allowed as readonly string[]).includes(value)) return value as T;
  throw new WorkshopError('usage.bad-value', { option, value, allowed: allowed.join(', ') });
}

/** `--name A|B`: one of a few words. */
export const choice = <const T extends string, Absent extends T | undefined>(
  name: OptionName,
  choices: readonly T[],
  absent: () => Absent,
): Option<T | Absent> => ({
  name,
  value: choices.join('|'),
  choices,
  read: (given) => oneOf(`--${name}`, given, choices),
  absent,
});

/** `--name SECONDS`, 0 or more. */
export const seconds = (name: OptionName): Option<number | undefined> => ({
  name,
  value: 'SECONDS',
  read: (given) => {
    if (/^\d{1,9}(?:\.\d{1,3})?$/.test(given)) return Number(given);
    throw new WorkshopError('usage.bad-value', { option: `--${name}`, value: given, allowed: '0, 2.5, 30 …' });
  },
  absent: () => undefined,
});

/** `--name N`: a whole number. */
export const whole = <Absent extends number | undefined>(
  name: OptionName,
  [least, most]: readonly [number, number],
  absent: () => Absent,
): Option<number | Absent> => ({
  name,
  value: 'N',
  read: (given) => {
    const value = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new WorkshopError('usage.bad-value', { option: `--${name}`, value: given, allowed: `${least} – ${most}` });
  },
  absent,
});

const UNITS = { '': 1, K: 1000, Ki: 1024, M: 1000 ** 2, Mi: 1024 ** 2, G: 1000 ** 3, Gi: 1024 ** 3 };

/** `--name SIZE`: bytes, or with a unit as Kubernetes writes them (512Mi). */
export const size = (name: OptionName): Option<number | undefined> => ({
  name,
  value: 'SIZE',
  read: (given) => {
    const [, number, unit] = /^(\d{1,15})([KMG]i?|)B?$/.exec(given) ?? [];
    if (number !== undefined) return Number(number) * UNITS[unit as keyof typeof UNITS];
    throw new WorkshopError('usage.bad-value', {
      option: `--${name}`,
      value: given,
      allowed: '536870912, 512Mi, 2G …',
    });
  },
  absent: () => undefined,
});

/** What every command takes. */
export const common = {
  lang: choice('lang', ['ko', 'en'], () => spoken()),
  install: negated('no-install'),
  debug: flag('debug'),
  help: flag('help', 'h'),
};

export const json = flag('json');
export const yes = flag('yes', 'y');
const PACES = ['real', 'fast'] as const;

export const pace = choice('pace', PACES, () => 'real');

/** For a learner's own walk: what they chose once; until then the fast one, at which nobody waits for minutes. */
export const paceToLearn = choice('pace', PACES, () => preferred('pace', PACES) ?? 'fast');

/** Which cluster, and what of it: where one that is there is used. */
export const part = { context: text('context', 'NAME'), namespace: text('namespace', 'NAME') };

const whereLabsAre = (absent: () => EnvironmentKind): Option<EnvironmentKind> => ({
  ...choice('env', ENVIRONMENTS, absent),
  variable: 'WORKSHOP_ENV',
});

/** Where labs are: what the learner chose once, else this host. */
export const env = whereLabsAre(() => preferred('environment', ENVIRONMENTS) ?? DEFAULT_ENVIRONMENT);

/** The same for a command that begins something: without a terminal it means this host, whatever somebody chose on one. */
export const envToBegin = whereLabsAre(
  () => (process.stdin.isTTY && process.stdout.isTTY && preferred('environment', ENVIRONMENTS)) || DEFAULT_ENVIRONMENT,
);

/** What a command takes: its own, and what all take. */
export const optionsOf = <O extends OptionShape>(command: Pick<Shape, 'json'> & { options: Record<string, O> }) =>
  ({
    ...command.options,
    ...(command.json === undefined ? {} : { json }),
    ...common,
  }) as Record<string, O | Option>;

/** Those that not every command takes. */
export const ownOptions = (command: Shape): OptionShape[] =>
  Object.entries(optionsOf(command)).flatMap(([key, option]) => (key in common ? [] : [option]));

/** What may stand before the command's name, as well as after it. */
export const anywhere: readonly Option[] = [
  ...Object.values(common),
  json,
  yes,
  pace,
  env,
  part.context,
  part.namespace,
];
