/** The command that runs vitest, with this Node, and leaves its JSON report in a file. */
export const reporting = (file) => [
  process.execPath,
  'node_modules/.bin/vitest',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${file}`,
];
