import { WorkshopError } from '../../errors.ts';
import { libcIn, mappingsIn } from '../process-maps.ts';
import { type Access, ask, failure } from './kubectl.ts';
import { pods } from './pods.ts';

/** What the toolbox on a node says of a container's first process. */
export interface Seen {
  nodePid: number;
  innerPid: number;
  /** Its mount namespace's inode: the same number in every pid namespace. Null where it can't be told. */
  mntns: number | null;
  /** As its own mount namespace names it; of a static program the program itself, for there its malloc is. Null where neither can be told. */
  libc: string | null;
  maps: { from: bigint; to: bigint }[];
}

/** The ready toolbox of a node. */
export async function toolboxOn(access: Access, node: string, signal?: AbortSignal): Promise<string> {
  const all = await pods(access, access.tools, 'app.kubernetes.io/name=toolbox', signal);
  const here = all.find((p) => p.node === node && p.ready && !p.deleting);
  if (!here) throw new WorkshopError('kube.no-toolbox', { node, namespace: access.tools });
  return here.name;
}

/** What the pod itself can say where no toolbox may run: everything but the node's pid. */
export async function lookInside(access: Access, pod: string, signal?: AbortSignal): Promise<Seen> {
  const args = ['-n', access.namespace, 'exec', pod, '--', 'sed', 's/^/map /', '/proc/1/maps'];
  const said = await ask(access, args, { signal, timeoutMs: 20_000 });
  if (said.code !== 0) throw failure(said, args);
  return { ...seenIn(said.out), nodePid: 0, innerPid: 1, libc: libcIn(mappingsIn(said.out.replace(/^map /gm, ''))) };
}

const MOST_TRIES = 3;

/** Looks a container up: pod → container → the node's pid → its libc. `maps` asks for its mappings too. */
export async function lookUp(
  access: Access,
  toolbox: string,
  containerId: string,
  what: 'maps' | 'brief' = 'brief',
  signal?: AbortSignal,
): Promise<Seen> {
  const args = ['-n', access.tools, 'exec', toolbox, '--', 'target', containerId, ...(what === 'maps' ? ['maps'] : [])];
  for (let tries = 1; ; tries++) {
    const said = await ask(access, args, { signal, timeoutMs: 20_000 });
    if (said.code !== 0) throw failure(said, args);
    const seen = seenIn(said.out);
    if (Number.isInteger(seen.nodePid)) return seen;
    // On a busy node an exec now and then ends well, and what it printed is lost on the way.
    if (said.out !== '' || tries === MOST_TRIES) throw failure({ ...said, code: 1 }, args);
  }
}

export function seenIn(text: string): Seen {
  const value = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1];
  const maps = [...text.matchAll(/^map ([0-9a-f]+)-([0-9a-f]+) /gm)].map(([, from, to]) => ({
    from: BigInt(`0x${from}`),
    to: BigInt(`0x${to}`),
  }));
  const nodePid = Number(value('pid'));
  const mntns = Number(value('mntns') ?? Number.NaN);
  return {
    nodePid,
    mntns: Number.isInteger(mntns) ? mntns : null,
    innerPid: Number(value('inner')?.split(/\s+/).at(-1) ?? nodePid),
    libc: value('libc') ?? null,
    maps,
  };
}
