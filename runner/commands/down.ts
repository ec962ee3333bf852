import { ENVIRONMENTS, environmentOf } from '../environments/index.ts';
import { attempts } from '../environments/sweep.ts';
import { recorded } from '../environments/lab-records.ts';
import { EXIT } from '../errors.ts';
import type { Swept } from '../model/environment.ts';
import { type Say, words } from '../words/index.ts';
import type { Run } from '../cli/parse.ts';

/** `workshop down`: removes every lab and cluster but those of a session that is open elsewhere, and what crashes left. */
const down: Run = async ({ lang, json, flags }) => {
  const say = words(lang);
  const out = (line: string | null) => {
    if (!json && line !== null) process.stdout.write(`${line}\n`);
  };
  const swept: Swept[] = [];
  const setAside: string[] = [];
  const how = {
    all: flags.all ?? false,
    tell(one: Swept) {
      swept.push(one);
      if (one.state !== 'kept') out(told(say, one));
    },
    onBad(file: string) {
      setAside.push(file);
      out(say('down.aside', { file }));
    },
  };
  const all = attempts();
  recorded(ENVIRONMENTS, how.onBad);
  for (const kind of ENVIRONMENTS) await all.attempt(async () => (await environmentOf(kind)).sweep(how));
  all.settle();
  const ids = (which: (one: Swept) => boolean | undefined) => swept.filter(which).map(({ id }) => id);
  if (json) {
    const document = {
      schema: 'ebpf-workshop/down/1',
      removed: ids(({ state }) => state === 'removed' || state === 'along'),
      orphans: ids(({ orphan }) => orphan),
      kept: ids(({ state }) => state === 'kept'),
      setAside,
    };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return EXIT.ok;
  }
  for (const one of swept) if (one.state === 'kept') out(told(say, one));
  if (swept.every(({ state }) => state === 'kept')) out(say('down.nothing'));
  return EXIT.ok;
};

/** A line for the person; null for what needs none. */
function told(say: Say, { state, of, id, what, orphan }: Swept): string | null {
  if (state === 'kept') return say('down.kept', { id, pid: what });
  if (state === 'gone') return say(`down.gone.${of}`, { id });
  if (state === 'removing') return say('down.removing-cluster', { name: id });
  if (state === 'along') return null;
  if (of === 'cluster') return say('down.removed-cluster', { name: id });
  if (of === 'part') return say('down.removed-part', { context: id });
  return say(orphan ? 'down.orphan' : 'down.removed', { id, what });
}

export default down;
