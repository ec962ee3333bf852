import { statSync } from 'node:fs';
import { EXIT, WorkshopError } from '../errors.ts';
import { environmentOf } from '../environments/index.ts';
import { save } from '../environments/kind/bundle.ts';
import { words } from '../words/index.ts';
import type { Run } from '../cli/parse.ts';
import { install } from '../cli/ready.ts';

/** `workshop bundle FILE`: all images of the kind environment in one file, for a classroom without a network. */
const bundle: Run = async (invocation) => {
  const { args, lang, json, signal } = invocation;
  const [file] = args;
  if (file === undefined) throw new WorkshopError('usage.bad-value', { option: 'bundle', value: '', allowed: 'FILE' });
  const kind = await environmentOf('kind');
  await install(
    kind,
    kind.needs('lab').filter((n) => n.program === 'docker'),
    invocation,
  );
  const say = words(lang);
  if (!json) process.stderr.write(`${say('bundle.doing', { file })}\n`);
  const images = await save(file, signal);
  const bytes = statSync(file).size;
  if (json)
    process.stdout.write(`${JSON.stringify({ schema: 'ebpf-workshop/bundle/1', file, bytes, images }, null, 2)}\n`);
  else
    process.stdout.write(
      `${say('bundle.done', { file, mib: Math.round(bytes / 1048576), up: `npm run workshop -- up --env kind --bundle ${file}` })}\n`,
    );
  return EXIT.ok;
};

export default bundle;
