import type { DocumentName } from '../../schemas/index.ts';
import type { Lang, MessageKey } from '../words/index.ts';

/** What has words under `help.KIND.NAME`: nothing else can be declared. */
type Worded<Kind extends string> = MessageKey extends infer Key
  ? Key extends `help.${Kind}.${infer Name}`
    ? Name
    : never
  : never;
export type CommandName = Worded<'command'>;
export type OptionName = Worded<'option'>;
export type ArgumentName = Worded<'argument'>;

/** `--name`, or `--name VALUE`. */
export interface Option<T = unknown> {
  name: OptionName;
  short?: string;
  /** What stands for its value in help; null: it has none. */
  value: string | null;
  choices?: readonly string[];
  /** The environment variable that says the same, where the option is not given. */
  variable?: string;
  read(text: string): T;
  absent(): T;
}

/** A word of the command line that is no option. */
export interface Argument<T = unknown> {
  name: ArgumentName;
  kind: 'required' | 'optional' | 'several';
  /** Never set: it carries the type. */
  type?: T;
}

export type Options = Record<string, Option>;
/** In the order in which they are typed. */
export type Arguments = Record<string, Argument>;

type OptionValues<O extends Options> = { [K in keyof O]: O[K] extends Option<infer T> ? T : never };
type ArgumentValues<A extends Arguments> = { [K in keyof A]: A[K] extends Argument<infer T> ? T : never };

/** What every command gets, whatever it declares. */
export interface Common {
  command: CommandName;
  lang: Lang;
  /** Whether one document is printed; false where the command declares none. */
  json: boolean;
  /** False with --no-install. */
  install: boolean;
  /** Options that were given, on the command line or by their variable. */
  given: ReadonlySet<string>;
  signal: AbortSignal;
  /** All commands there are, for those that are about commands. */
  commands(): Promise<readonly Shape[]>;
}

export type Asked<A extends Arguments = Arguments, O extends Options = Options> = Common &
  ArgumentValues<A> &
  OptionValues<O>;

/** A command, whole: what it takes, what it prints with --json, and what it does. Its summary is `help.command.NAME`. */
export interface Declaration<A extends Arguments = Arguments, O extends Options = Options> {
  name: CommandName;
  args: A;
  options: O;
  /** The document of `--json`; without one there is no such option. */
  json?: DocumentName;
  /** Command lines worth showing, without what starts the program. */
  examples?: readonly string[];
  /** Resolves to the exit code. */
  run(asked: Asked<A, O>): Promise<number>;
}

/** What may be said of a command without loading it: its declaration but for what it does. */
export type Shape = Pick<Declaration, 'name' | 'args' | 'json' | 'examples'> & { options: Record<string, OptionShape> };
export type OptionShape = Omit<Option, 'read' | 'absent'>;

/** Checks a declaration, and gives its `run` the types of what it declares. */
export const command = <const A extends Arguments, const O extends Options>(
  declaration: Declaration<A, O>,
): Declaration<A, O> => declaration;

export const required = (name: ArgumentName): Argument<string> => ({ name, kind: 'required' });
export const optional = (name: ArgumentName): Argument<string | undefined> => ({ name, kind: 'optional' });
export const several = (name: ArgumentName): Argument<string[]> => ({ name, kind: 'several' });

/** `--name`: true where it is given. */
export const flag = (name: OptionName, short?: string): Option<boolean> => ({
  name,
  ...(short === undefined ? {} : { short }),
  value: null,
  read: () => true,
  absent: () => false,
});

/** `--no-name`: false where it is given. */
export const negated = (name: OptionName & `no-${string}`): Option<boolean> => ({
  ...flag(name),
  read: () => false,
  absent: () => true,
});

/** `--name VALUE`: any text. */
export const text = (name: OptionName, value: string): Option<string | undefined> => ({
  name,
  value,
  read: (given) => given,
  absent: () => undefined,
});
