import { environments } from '../environments/index.ts';
import { orphans } from '../environments/host/index.ts';
import { readRecords } from '../environments/host/records.ts';
import { alive } from '../process.ts';
import { EXIT } from '../errors.ts';
import { words } from '../terminal/messages/index.ts';
import type { Run } from './options.ts';

/** `workshop down`: removes every lab but those of a session that is open elsewhere, and what crashes left. */
const down: Run = async ({ env, lang, json, flags }) => {
  const say = words(lang);
  const aside: string[] = [];
  const records = readRecords((file) => aside.push(file));
  const left = new Set(orphans().map((r) => r.id));
  const inUse = records.filter((r) => r.lifetime === 'session' && alive(r.owner) && !left.has(r.id));
  const going = flags.all ? records : records.filter((r) => !inUse.includes(r));
  for (const { id } of going) await environments[env].down(id);
  if (json) {
    process.stdout.write(`${JSON.stringify({ schema: 'ebpf-workshop/down/1', removed: going.map((r) => r.id), orphans: [...left], kept: flags.all ? [] : inUse.map((r) => r.id), setAside: aside }, null, 2)}\n`);
    return EXIT.ok;
  }
  const out = (line: string) => process.stdout.write(`${line}\n`);
  for (const file of aside) out(say('down.aside', { file }));
  for (const { id, target } of going) out(say(left.has(id) ? 'down.orphan' : 'down.removed', { id, pid: target?.pid ?? '-' }));
  if (!flags.all) for (const r of inUse) out(say('down.kept', { id: r.id, pid: r.owner.pid }));
  if (going.length === 0) out(say('down.nothing'));
  return EXIT.ok;
};

export default down;
