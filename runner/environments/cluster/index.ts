import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { parse } from 'yaml';
import * as z from 'zod';
import { WorkshopError } from '../../errors.ts';
import { capture } from '../../exec.ts';
import { alive, thisProcess } from '../../process.ts';
import type { Opening } from '../../model/environment.ts';
import { refOf } from '../kube/images.ts';
import { KUBECTL_NEED } from '../kube/settings.ts';
import { kubeEnvironment } from '../kube/environment.ts';
import { install } from '../kube/install.ts';
import { type Access, kubeEnv, must } from '../kube/kubectl.ts';
import { list, manifests, type Nodes } from '../kube/manifests.ts';
import { kubeLabs, name } from '../kube/record.ts';
import { staged } from '../stages.ts';
import { answered, remember, serverOf } from './answers.ts';
import { type Plan, planFor } from './plan.ts';
import {
  accessOf,
  kubeconfigFile,
  type PartRecord,
  readPart,
  removePart,
  writeKubeconfig,
  writePart,
} from './record.ts';
import { removeOurs } from './remove.ts';

declare module '../../model/kinds.ts' {
  interface Environments {
    cluster: true;
  }
}

/** A part of somebody else's cluster: one namespace for the learner, the toolbox in another, which the class may share. */
export const cluster = kubeEnvironment({
  kind: 'cluster',
  needs: () => [KUBECTL_NEED],
  access() {
    const part = readPart();
    if (!part) throw new WorkshopError('kube.not-open', { up: 'npm run workshop -- up --env cluster' });
    return accessOf(part);
  },
  images: () => {
    const { images } = readPart() ?? { images: null };
    return { leaker: imageOf('leaker', images), toolbox: imageOf('toolbox', images) };
  },
  shut: () => (readPart() ? null : async () => []),
  tools: () => readPart()?.toolbox !== false,
  gone: async () => false,

  async open(how) {
    const { signal, lifetime } = how;
    const before = readPart();
    if (
      before &&
      ((how.context ?? before.context) !== before.context || (how.namespace ?? before.namespace) !== before.namespace)
    ) {
      throw new WorkshopError('cluster.other-part', { context: before.context, namespace: before.namespace });
    }
    if (before) await renewed(before);
    const part: PartRecord = before ?? (await fresh(how));
    const access = accessOf(part);
    const plan = await planFor(access, signal).catch((error: unknown) => {
      // What was just written may hold a secret.
      if (!before) removePart();
      throw error;
    });
    if (plan.lacking.length > 0) {
      if (!before) removePart();
      throw new WorkshopError('kube.forbidden', {
        command: plan.lacking[0] as string,
        detail: plan.lacking.join('\n'),
      });
    }
    if (!before || plan.make.length > 0) {
      if (!(await how.confirm?.(changes(part, plan)))) {
        if (!before) removePart();
        throw new WorkshopError('cluster.not-confirmed', { context: part.context });
      }
    }
    // Who was asked took their time: another run of theirs may have changed it meanwhile.
    Object.assign(part, readPart());
    // What a session that is gone has left is the next one's.
    if (!alive(part.owner)) part.owner = thisProcess();
    part.toolbox = plan.toolbox !== 'not-allowed';
    part.made = [...new Set([...part.made, ...plan.make])];
    if (lifetime === 'until-down') part.lifetime = 'until-down';
    part.images = imagesSaid() ?? part.images;
    writePart(part);
    keepSaid(part, how);
    const stage = staged(how.onStage);
    if (plan.make.includes('namespace'))
      await must(access, ['apply', '-f', '-'], { input: list(namespaceOf(access)), signal });
    if (part.made.includes('toolbox'))
      await install(access, imageOf('toolbox', part.images), stage, signal, nodes(), {
        spaceToo: false,
        toolsSpaceToo: part.made.includes('tools-namespace'),
      });
  },

  async close(onStage) {
    const part = readPart();
    if (part?.lifetime !== 'session' || part.owner.pid !== process.pid) return;
    // Another run of this person's has a lab in there: it is theirs from now on.
    const heir = kubeLabs('cluster')
      .all()
      .find((r) => r.owner.pid !== process.pid && alive(r.owner))?.owner;
    if (heir) writePart({ ...part, owner: heir });
    else if (part.made.length > 0) {
      const stage = staged(onStage);
      await stage('removing', 15_000, () => removeOurs(part));
    } else await removeOurs(part);
  },

  async sweep(how, { attempt }, { going, kept }, remove) {
    await remove(going);
    const part = readPart();
    const goes = part && (how.all || (kept.length === 0 && (part.lifetime === 'until-down' || !alive(part.owner))));
    if (!goes) return;
    await attempt(async () => {
      const { there, others } = await removeOurs(part);
      if (there || others.length === 0)
        how.tell({ state: there ? 'removed' : 'gone', of: 'part', id: part.context, what: part.namespace });
      if (others.length > 0)
        how.tell({ state: 'left', of: 'toolbox', id: part.tools, what: others.slice(0, 3).join(', ') });
    });
  },

  async leftovers() {
    const part = readPart();
    return part?.lifetime === 'session' && part.owner.pid === process.pid
      ? part.made.map((what) => `${what} in ${part.context}`)
      : [];
  },
});

/** What `WORKSHOP_IMAGES=registry/path` says, once for this cluster. */
const imagesSaid = (): string | null => process.env.WORKSHOP_IMAGES?.replace(/\/+$/, '') || null;

/** Where the nodes find our images, or by their plain names where the nodes have them already. */
function imageOf(image: 'leaker' | 'toolbox', kept: string | null): string {
  const at = imagesSaid() ?? kept;
  const ref = refOf(image);
  return at ? `${at}/${ref.split('/').at(-1)}` : ref;
}

/** Where the tools may go: onto a control plane only by whoever says that the cluster is theirs. */
const nodes = (): Nodes => (process.env.WORKSHOP_CONTROL_PLANES ? 'any' : 'workers');

/** What was said, and not what was found: that may be otherwise the next time. */
function keepSaid(part: PartRecord, { namespace }: Opening): void {
  const images = imagesSaid();
  if (namespace === undefined && images === null) return;
  remember(part.context, readFileSync(part.kubeconfig, 'utf8'), {
    ...(namespace === undefined ? {} : { namespace }),
    ...(images === null ? {} : { images }),
  });
}

function namespaceOf(access: Access) {
  const [namespace] = manifests('leaker/namespace.yaml');
  return namespace ? [{ ...namespace, metadata: { ...namespace.metadata, name: access.namespace } }] : [];
}

/** What `up` will do, a line each, before it does it. */
function changes(part: PartRecord, plan: Plan): string[] {
  return [
    `context ${part.context}`,
    ...plan.make.map(
      (what) =>
        ({
          namespace: `Namespace ${part.namespace}`,
          'tools-namespace': `Namespace ${part.tools}`,
          toolbox: `DaemonSet ${part.tools}/toolbox${nodes() === 'any' ? ' (control planes, too)' : ''}`,
        })[what],
    ),
    `Deployment ${part.namespace}/stealth-memory-leaker`,
    ...(plan.toolbox === 'not-allowed' ? ['!toolbox'] : []),
  ];
}

/** Tokens expire: the person's own kubeconfig may have a newer one for the same context of the same server. */
async function renewed(part: PartRecord): Promise<void> {
  const env = { PATH: kubeEnv(accessOf(part)).PATH ?? '' };
  const said = await capture(
    ['kubectl', 'config', 'view', '--minify', '--flatten', '-o', 'yaml', '--context', part.context],
    { env, timeoutMs: 20_000 },
  );
  if (said.code === 0 && serverOf(said.text) === serverOf(readFileSync(part.kubeconfig, 'utf8')))
    writeKubeconfig(said.text);
}

/** A kubeconfig with the one context, so that what the person does to theirs meanwhile changes nothing here. */
async function fresh({ lifetime, context, namespace }: Opening): Promise<PartRecord> {
  if (namespace !== undefined && !name.safeParse(namespace).success)
    throw new WorkshopError('usage.bad-value', { option: '--namespace', value: namespace, allowed: 'a-z 0-9 -' });
  const chosen = context ? ['--context', context] : [];
  const env = { PATH: kubeEnv({ kubeconfig: '', namespace: '', tools: '' }).PATH ?? '' };
  const said = await capture(['kubectl', 'config', 'view', '--minify', '--flatten', '-o', 'yaml', ...chosen], {
    env,
    timeoutMs: 20_000,
  });
  if (said.code !== 0)
    throw new WorkshopError('cluster.no-context', {
      detail: (said.error ?? said.text).trim().split('\n').at(-1) ?? '',
    });
  writeKubeconfig(said.text);
  const named = /^current-context: "?(.*?)"?$/m.exec(said.text)?.[1] ?? context ?? '';
  const before = answered(named, said.text);
  return {
    version: 1,
    context: named,
    kubeconfig: kubeconfigFile(),
    images: before.images ?? null,
    namespace:
      namespace ??
      before.namespace ??
      namespaceIn(said.text) ??
      `memleak-${
        userInfo()
          .username.toLowerCase()
          .replaceAll(/[^a-z0-9-]+/g, '-')
          .replaceAll(/^-+|-+$/g, '') || 'learner'
      }`,
    tools: process.env.WORKSHOP_TOOLS_NAMESPACE || 'memleak-tools',
    lifetime,
    owner: thisProcess(),
    toolbox: true,
    made: [],
  };
}

/** The namespace that a person works in by their kubeconfig. `default` is what a tool writes there for want of one. */
function namespaceIn(kubeconfig: string): string | undefined {
  const parsed = kubeconfigSchema.safeParse(parse(kubeconfig));
  const own = parsed.success ? parsed.data.contexts[0]?.context.namespace : undefined;
  return own !== 'default' && name.safeParse(own).success ? own : undefined;
}

const kubeconfigSchema = z.object({
  contexts: z.array(z.object({ context: z.object({ namespace: z.string().optional() }) })),
});
