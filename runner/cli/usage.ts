import type { Argument, OptionShape, Shape } from './declare.ts';

export const argumentUsage = ({ name, kind }: Argument): string =>
  kind === 'required' ? name : kind === 'several' ? `[${name}…]` : `[${name}]`;

/** `run [LESSON] [STEP]`: the command and its arguments. */
export const usage = ({ name, args }: Pick<Shape, 'name' | 'args'>): string =>
  [...(name === 'start' ? [] : [name]), ...Object.values(args).map(argumentUsage)].join(' ');

/** `-y, --yes`, `--env host|kind|cluster`. */
export const optionUsage = ({ name, short, value }: OptionShape): string =>
  `${short === undefined ? '' : `-${short}, `}--${name}${value === null ? '' : ` ${value}`}`;
