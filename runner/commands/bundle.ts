import { statSync } from 'node:fs';
import { EXIT } from '../errors.ts';
import { environmentOf } from '../environments/index.ts';
import { save } from '../environments/kind/bundle.ts';
import { words } from '../words/index.ts';
import { command, required } from '../cli/declare.ts';
import { yes } from '../cli/options.ts';
import { printJson } from '../cli/print.ts';
import { install } from '../cli/ready.ts';

/** `workshop bundle FILE`: all images of the kind environment in one file, for a classroom without a network. */
export default command({
  name: 'bundle',
  args: { file: required('FILE') },
  options: { yes },
  json: 'bundle',
  async run(asked) {
    const { file, lang, json, signal } = asked;
    const kind = await environmentOf('kind');
    await install(
      kind,
      kind.needs('lab').filter((n) => n.program === 'docker'),
      asked,
    );
    const say = words(lang);
    if (!json) process.stderr.write(`${say('bundle.doing', { file })}\n`);
    const images = await save(file, signal);
    const bytes = statSync(file).size;
    if (json) printJson('bundle', { file, bytes, images });
    else
      process.stdout.write(
        `${say('bundle.done', { file, mib: Math.round(bytes / 1048576), up: `npm run workshop -- up --env kind --bundle ${file}` })}\n`,
      );
    return EXIT.ok;
  },
});
