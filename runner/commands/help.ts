import { closest } from '../cli/closest.ts';
import { command, optional, type Shape } from '../cli/declare.ts';
import { commandHelp, overview } from '../cli/help.ts';
import { EXIT, WorkshopError } from '../errors.ts';

/** All commands, or one: what `--help` shows as well. */
export default command({
  name: 'help',
  args: { of: optional('COMMAND') },
  options: {},
  async run({ of, lang, commands }) {
    const all = await commands();
    process.stdout.write(of === undefined ? overview(all, lang) : commandHelp(find(of, all), lang));
    return EXIT.ok;
  },
});

function find(name: string, all: readonly Shape[]): Shape {
  const found = all.find((c) => c.name === name);
  if (found) return found;
  const names = all.map((c) => c.name);
  throw new WorkshopError('usage.unknown-command', {
    command: name,
    commands: names.join(' '),
    meant: closest(name, names) ?? '',
  });
}
