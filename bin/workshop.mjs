#!/usr/bin/env node
// Starts the runner: installs and builds what is missing, then hands over. Parses on old Node, as bootstrap.mjs does.
const argv = process.argv.slice(2);
const askedVersion = argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V');

if (askedVersion && process.getBuiltinModule) printVersion(process.getBuiltinModule('fs'));
else import('./bootstrap.mjs').then(({ launch, bootstrap }) => launch(() => start(bootstrap)));

/** The quick way: nothing is checked, nothing else is loaded. */
function printVersion(fs) {
  const { version } = JSON.parse(fs.readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  try {
    fs.writeSync(1, `${version}\n`);
  } catch (error) {
    if (error.code !== 'EPIPE') throw error;
  }
}

async function start(bootstrap) {
  await bootstrap({ argv });
  const { main } = await import(new URL('../dist/runner/main.mjs', import.meta.url).href);
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      // The reader left, as `head` does.
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
  return main(argv);
}
