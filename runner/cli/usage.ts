import type { Argument, Declaration, Option } from './declare.ts';

export const argumentUsage = ({ name, kind }: Argument): string =>
  kind === 'required' ? name : kind === 'several' ? `[${name}…]` : `[${name}]`;

/** `run [LESSON] [STEP]`: the command and its arguments. */
export const usage = ({ name, args }: Declaration): string =>
  [...(name === 'start' ? [] : [name]), ...Object.values(args).map(argumentUsage)].join(' ');

/** `-y, --yes`, `--env host|kind|cluster`. */
export const optionUsage = ({ name, short, value }: Option): string =>
  `${short === undefined ? '' : `-${short}, `}--${name}${value === null ? '' : ` ${value}`}`;
