/** Runs a tree's configure the first time alone: the patch that is taken back then builds anew only what it changed. */
export const configuredOnce = (...args: string[]): string[] => [
  'sh',
  '-c',
  'test -e config.status || exec ./configure -q "$@"',
  'configure',
  ...args,
];
