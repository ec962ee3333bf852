import { ENVIRONMENTS } from '../environments/index.ts';
import { EXIT } from '../errors.ts';
import { words } from '../words/index.ts';
import { styleFor } from '../terminal/style.ts';
import { wrapLine } from '../terminal/wrap.ts';
import type { Run } from './parse.ts';

const help: Run = async ({ lang }) => {
  const say = words(lang);
  const style = styleFor(process.stdout);
  const columns = Math.min(process.stdout.columns ?? 80, 100);
  const row = (left: string, right: string) =>
    wrapLine(`  ${style.accent(left)}${' '.repeat(Math.max(1, 27 - left.length))}${right}`, columns, 29);
  const commands = [
    ['tour', 'tour'],
    ['list', 'list'],
    ['run [LESSON] [STEP]', 'run'],
    ['check STEP < FILE', 'check'],
    ['hint STEP', 'hint'],
    ['solution STEP', 'solution'],
    ['reset [STEP]', 'reset'],
    ['status', 'status'],
    ['shell', 'shell'],
    ['up / down', 'updown'],
    ['doctor', 'doctor'],
    ['verify [LESSON…]', 'verify'],
    ['bundle FILE', 'bundle'],
    ['lint', 'lint'],
  ] as const;
  const options = [
    ['--lang ko|en', 'lang'],
    [`--env ${ENVIRONMENTS.join('|')}`, 'env'],
    ['--pace real|fast', 'pace'],
    ['--json', 'json'],
    ['--yes, --no-install', 'yes'],
    ['--debug', 'debug'],
  ] as const;
  process.stdout.write(
    [
      wrapLine(say('help.what'), columns),
      '',
      style.strong(say('help.usage')),
      row('npm run workshop', say('help.bare')),
      row('npm run workshop -- CMD', say('help.cmd')),
      '',
      style.strong(say('help.commands')),
      ...commands.map(([left, key]) => row(left, say(`help.command.${key}`))),
      '',
      style.strong(say('help.options')),
      ...options.map(([left, key]) => row(left, say(`help.option.${key}`))),
      '',
      wrapLine(say('help.exit'), columns),
      '',
    ].join('\n'),
  );
  return EXIT.ok;
};

export default help;
