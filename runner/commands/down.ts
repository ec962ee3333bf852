import { command, flag } from '../cli/declare.ts';
import { printJson } from '../cli/print.ts';
import { ENVIRONMENTS, environmentOf } from '../environments/index.ts';
import { recorded } from '../environments/lab-records.ts';
import { attempts } from '../environments/sweep.ts';
import { EXIT } from '../errors.ts';
import type { Swept } from '../model/environment.ts';
import { type Say, words } from '../words/index.ts';

/** `workshop down`: removes every lab and cluster but those of a session that is open elsewhere, and what crashes left. */
export default command({
  name: 'down',
  args: {},
  options: { all: flag('all') },
  json: 'down',
  async run({ lang, json, all }) {
    const say = words(lang);
    const out = (line: string | null) => {
      if (!json && line !== null) process.stdout.write(`${line}\n`);
    };
    const swept: Swept[] = [];
    const setAside: string[] = [];
    const how = {
      all,
      tell(one: Swept) {
        swept.push(one);
        if (one.state !== 'kept') out(told(say, one));
      },
      onBad(file: string) {
        setAside.push(file);
        out(say('down.aside', { file }));
      },
    };
    const sweeps = attempts();
    recorded(ENVIRONMENTS, how.onBad);
    for (const kind of ENVIRONMENTS) await sweeps.attempt(async () => (await environmentOf(kind)).sweep(how));
    sweeps.settle();
    const ids = (which: (one: Swept) => boolean | undefined) => swept.filter(which).map(({ id }) => id);
    if (json) {
      printJson('down', {
        removed: ids(({ state }) => state === 'removed' || state === 'along'),
        orphans: ids(({ orphan }) => orphan),
        kept: ids(({ state }) => state === 'kept' || state === 'left'),
        setAside,
      });
      return EXIT.ok;
    }
    for (const one of swept) if (one.state === 'kept') out(told(say, one));
    if (swept.every(({ state }) => state === 'kept')) out(say('down.nothing'));
    return EXIT.ok;
  },
});

/** A line for the person; null for what needs none. */
function told(say: Say, { state, of, id, what, orphan }: Swept): string | null {
  if (state === 'kept') return say('down.kept', { id, pid: what });
  if (of === 'toolbox') return say('down.left-toolbox', { namespace: id, others: what });
  if (of === 'mount') return say('down.removed-mount', { at: id });
  if (of === 'tracer') return say('down.detaching', { pid: id, command: what });
  if (state === 'gone') return say(`down.gone.${of}`, { id });
  if (state === 'removing') return say('down.removing-cluster', { name: id });
  if (state === 'along') return null;
  if (of === 'cluster') return say('down.removed-cluster', { name: id });
  if (of === 'part') return say('down.removed-part', { context: id });
  return say(orphan ? 'down.orphan' : 'down.removed', { id, what });
}
