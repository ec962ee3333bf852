import type { Argument, OptionShape, Shape } from './declare.ts';

/** Called without a name: it is no name that anybody types. */
export const BARE = 'start';

/** Words up to `--`: behind it nothing is an option. */
export const beforeEnd = (words: readonly string[]) => {
  const end = words.indexOf('--');
  return end < 0 ? words : words.slice(0, end);
};

export const argumentUsage = ({ name, kind }: Argument): string =>
  kind === 'required' ? name : kind === 'several' ? `[${name}…]` : `[${name}]`;

/** `run [LESSON] [STEP]`: the command and its arguments. */
export const usage = ({ name, args }: Pick<Shape, 'name' | 'args'>): string =>
  [...(name === BARE ? [] : [name]), ...Object.values(args).map(argumentUsage)].join(' ');

/** `-y, --yes`, `--env host|kind|cluster`. */
export const optionUsage = ({ name, short, value }: OptionShape): string =>
  `${short === undefined ? '' : `-${short}, `}--${name}${value === null ? '' : ` ${value}`}`;
