import { existsSync } from 'node:fs';
import { environmentOf } from '../environments/index.ts';
import { orphans } from '../environments/orphans.ts';
import { type LabRecord, readRecords, removeRecord } from '../environments/lab-records.ts';
import { readPart } from '../environments/cluster/record.ts';
import { clusters } from '../environments/kind/record.ts';
import { kindDir } from '../environments/kind/settings.ts';
import { alive } from '../process.ts';
import { EXIT, WorkshopError } from '../errors.ts';
import { words } from '../words/index.ts';
import { command, flag } from '../cli/declare.ts';
import { printJson } from '../cli/print.ts';
import { whatIs } from '../cli/select.ts';

/** `workshop down`: removes every lab and cluster but those of a session that is open elsewhere, and what crashes left. */
export default command({
  name: 'down',
  args: {},
  options: { all: flag('all') },
  json: 'down',
  async run({ lang, json, all }) {
    const say = words(lang);
    const aside: string[] = [];
    const records = readRecords((file) => aside.push(file));
    const left = new Set(orphans().map((r) => r.id));
    const inUse = records.filter((r) => r.lifetime === 'session' && alive(r.owner) && !left.has(r.id));
    const going = all ? records : records.filter((r) => !inUse.includes(r));
    const known = clusters();
    const keptClusters = known.filter(
      (c) => !all && ((c.lifetime === 'session' && alive(c.owner)) || inUse.some((r) => r.environment === 'kind')),
    );
    const goingClusters = known.filter((c) => !keptClusters.includes(c));
    const out = (line: string) => json || process.stdout.write(`${line}\n`);
    for (const file of aside) out(say('down.aside', { file }));
    // What can't be removed now keeps its record, and nothing else from going.
    let failed: WorkshopError | null = null;
    const attempt = async (remove: () => Promise<void>) => {
      try {
        await remove();
      } catch (error) {
        if (!(error instanceof WorkshopError)) throw error;
        failed ??= error;
      }
    };
    const within = (r: LabRecord) =>
      r.environment === 'kind' && goingClusters.some((c) => c.kubeconfig === r.kubeconfig);
    for (const r of going) {
      await attempt(async () => {
        // A cluster that goes takes its labs along, whether or not it still answers.
        if (within(r)) return;
        await (await environmentOf(r.environment)).down(r.id);
        out(say(left.has(r.id) ? 'down.orphan' : 'down.removed', { id: r.id, what: whatIs(r) }));
      });
    }
    for (const cluster of goingClusters) {
      await attempt(async () => {
        out(say('down.removing-cluster', { name: cluster.name }));
        const { removeKind } = await import('../environments/kind/index.ts');
        await removeKind(cluster);
        for (const r of going.filter((lab) => lab.environment === 'kind' && lab.kubeconfig === cluster.kubeconfig))
          removeRecord(r.id);
        out(say('down.removed-cluster', { name: cluster.name }));
      });
    }
    // Images of sessions that are over, too: they were kept for the next.
    if (existsSync(kindDir()) && keptClusters.length === 0 && failed === null)
      await attempt(async () => (await import('../environments/kube/images.ts')).removeImages());
    const part = readPart();
    const partGoes =
      part !== null &&
      (all || part.lifetime === 'until-down' || !alive(part.owner)) &&
      !inUse.some((r) => r.environment === 'cluster' && !all);
    if (part && partGoes) {
      await attempt(async () => {
        const { removeOurs } = await import('../environments/cluster/index.ts');
        await removeOurs(part);
        out(say('down.removed-part', { context: part.context }));
      });
    }
    if (failed) throw failed;
    if (json) {
      const kept = [...(all ? [] : inUse.map((r) => r.id)), ...keptClusters.map((c) => c.name)];
      printJson('down', {
        removed: [
          ...going.map((r) => r.id),
          ...goingClusters.map((c) => c.name),
          ...(part && partGoes ? [part.context] : []),
        ],
        orphans: [...left],
        kept,
        setAside: aside,
      });
      return EXIT.ok;
    }
    if (!all) for (const r of inUse) out(say('down.kept', { id: r.id, pid: r.owner.pid }));
    for (const c of keptClusters) out(say('down.kept', { id: c.name, pid: c.owner.pid }));
    if (going.length + goingClusters.length === 0 && !partGoes) out(say('down.nothing'));
    return EXIT.ok;
  },
});
