import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentKind } from '../../model/lab.ts';
import { capture } from '../../exec.ts';
import { binDir } from '../../paths.ts';
import type { Need } from '../../model/need.ts';

/** The release that this was written for, and that k8s/inspektor-gadget.yaml installs. */
const VERSION = 'v0.55.1';
const NONE = { apt: [], dnf: [], zypper: [], pacman: [], apk: [] };
const ARCH = { x64: 'amd64', arm64: 'arm64' } as Record<string, string>;

/** Inspektor Gadget's client: `ig` on a host, elsewhere a plugin of kubectl. A base of our own for places that mirror releases. */
export function clientOf(kind: EnvironmentKind): Need {
  const program = kind === 'host' ? 'ig' : 'kubectl-gadget';
  const base = `${process.env.WORKSHOP_GADGET_RELEASES || 'https://github.com/inspektor-gadget/inspektor-gadget/releases/download'}/${VERSION}`;
  return {
    program,
    packages: NONE,
    release: {
      url: `${base}/${program}-linux-${ARCH[process.arch] ?? process.arch}-${VERSION}.tar.gz`,
      sha256: `${base}/SHA256SUMS`,
      member: program,
    },
  };
}

/** Whether the kernel has what all uprobes of Inspektor Gadget need; `kernel` is the text of a node's /proc/kallsyms. */
export const hasKprobes = (kernel: string = symbols()): boolean => / register_kprobe$/m.test(kernel);

/** `ig` as a command: where we have fetched it sudo does not look. */
export function ig(): string {
  const fetched = join(binDir(), 'ig');
  return existsSync(fetched) ? fetched : 'ig';
}

/** The image that our gadget is run by: on a host the one built there; in a cluster the one that `allow-ours` was told of. */
export const gadgetImage = (): string => process.env.WORKSHOP_GADGET_IMAGE ?? 'memleak:latest';

/** Whether Inspektor Gadget itself can run our gadget in an environment: its version, or why it can't. */
export type Inspektor =
  | { runs: true; version: string }
  | { runs: false; why: 'kprobes' | 'missing' | 'not-deployed' | 'no-gadget'; detail: string };

const PATIENCE_MS = 20_000;
/** Of the release that this was written for; older ones lose what is outstanding at each fetch. */
const LEAST = [0, 55] as const;

/**
 * Looks, in the order in which things fail: all uprobes of Inspektor Gadget need kprobes in the kernel, without which it says
 * nothing and prints empty lists; its client (`ig` on a host, `kubectl gadget` elsewhere) must be there; in a cluster it must
 * be deployed, and told which image ours is; on a host our gadget must have been built. `kernel` is the text of a node's /proc/kallsyms.
 */
export async function inspektor(
  kind: EnvironmentKind,
  env: Record<string, string> = {},
  kernel: string = symbols(),
): Promise<Inspektor> {
  if (!hasKprobes(kernel)) return { runs: false, why: 'kprobes', detail: '/proc/kallsyms: register_kprobe' };
  const client = kind === 'host' ? [ig()] : ['kubectl', 'gadget'];
  const ask = (...args: string[]) => capture([...client, ...args], { env, timeoutMs: PATIENCE_MS });
  const said = await ask('version');
  const found = /v?(\d+)\.(\d+)\.(\d+)\S*/.exec(said.text);
  if (said.error !== null || said.code !== 0 || !found)
    return { runs: false, why: 'missing', detail: kind === 'host' ? 'ig' : client.join(' ') };
  const version = found[0].replace(/^v/, '');
  if (Number(found[1]) === LEAST[0] && Number(found[2]) < LEAST[1])
    return { runs: false, why: 'missing', detail: `${client.join(' ')} ${version} < 0.55` };
  if (kind !== 'host' && !/[Ss]erver version:\s*v?\d/.test(said.text))
    return { runs: false, why: 'not-deployed', detail: 'kubectl apply -f k8s/inspektor-gadget.yaml' };
  if (kind !== 'host' && !process.env.WORKSHOP_GADGET_IMAGE)
    return { runs: false, why: 'no-gadget', detail: 'WORKSHOP_GADGET_IMAGE=REGISTRY/memleak:latest' };
  if (kind === 'host' && !/^\s*(?:\S*\/)?memleak\s/m.test((await ask('image', 'list')).text))
    return { runs: false, why: 'no-gadget', detail: 'sudo ig image build -t memleak:latest bpf/memleak' };
  return { runs: true, version };
}

const running = new Map<EnvironmentKind, boolean>();

/** What a preflight found, for the commands of the steps that follow. */
export const remember = (kind: EnvironmentKind, found: Inspektor): void => {
  running.set(kind, found.runs);
};

/** Whether steps run Inspektor Gadget here; until a preflight has looked they don't: our own loader does its part. */
export const inspektorRuns = (kind: EnvironmentKind): boolean => running.get(kind) ?? false;

function symbols(): string {
  try {
    return readFileSync('/proc/kallsyms', 'utf8');
  } catch {
    return '';
  }
}
