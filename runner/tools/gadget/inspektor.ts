import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Need } from '../../model/need.ts';
import type { Place, Site } from '../../model/place.ts';
import type { Detection, Grounds } from '../../model/tool.ts';
import { binDir, onPath } from '../../paths.ts';

/** The release that this was written for, and that k8s/inspektor-gadget.yaml installs. */
const VERSION = 'v0.55.1';
const NONE = { apt: [], dnf: [], zypper: [], pacman: [], apk: [] };
const ARCH = { x64: 'amd64', arm64: 'arm64' } as Record<string, string>;

/** Inspektor Gadget's client: `ig` on a machine, elsewhere a plugin of kubectl. A base of our own for places that mirror releases. */
export function clientOf(site: Site): Need {
  const program = site === 'machine' ? 'ig' : 'kubectl-gadget';
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

/** Whether the kernel has what all uprobes of Inspektor Gadget need; `kernel` is the text of /proc/kallsyms. */
export const hasKprobes = (kernel: string = symbols()): boolean => / register_kprobe$/m.test(kernel);

/** `ig` as a command: where we have fetched it sudo does not look. */
export function ig(): string {
  const fetched = join(binDir(), 'ig');
  return existsSync(fetched) ? fetched : 'ig';
}

/** Its images are root's: whoever traces through sudo asks through sudo for them, never for a password. */
const IMAGES = (): string[] => ['sudo', '-n', '--', ig(), 'image', 'list'];
/** What is asked through sudo to find it here, if anything is: told to who asks before it is done. */
export const asksOf = (site: Site, kernel?: string): string[] | null =>
  site === 'machine' && hasKprobes(kernel) && onPath(ig()) !== null ? IMAGES() : null;

/** The only place where `ig` looks for the libc of a machine. */
const LIBCS = ['grep', '-a', '-o', '-m', '1', '/[^[:cntrl:]]*/libc[.]so[^[:cntrl:]]*', '/etc/ld.so.cache'];
/** What sudo says that wants a password, or wants nothing to do with us. */
const REFUSED = /^sudo: .*(?:password|terminal|not allowed|sudoers)|may not run sudo|not in the sudoers/m;

const PATIENCE_MS = 20_000;
/** More than a client says of itself and of its images. */
const MAX_TEXT = 256 * 1024;
/** Of the release that this was written for; older ones lose what is outstanding at each fetch. */
const LEAST = [0, 55] as const;

/**
 * Whether Inspektor Gadget itself can run our gadget. Looks in the order in which things fail: all its uprobes need kprobes in
 * the kernel, without which it says nothing and prints empty lists; its client (`ig` on a machine, `kubectl gadget` elsewhere)
 * must be there; in a cluster it must be deployed, and told which image ours is; on a machine it must find a libc, and our gadget
 * must have been built.
 */
export async function inspektor({ site, here, node }: Grounds): Promise<Detection> {
  const not = (why: Why, missing: string): Detection => ({
    found: false,
    missing,
    why: `inspektor-${why}`,
  });
  const kernel = await answer(node, ['grep', '-m', '1', ' register_kprobe$', '/proc/kallsyms']);
  if (!hasKprobes(kernel.text)) return not('kprobes', '/proc/kallsyms: register_kprobe');
  const client = site === 'machine' ? [ig()] : ['kubectl', 'gadget'];
  const said = await answer(here, [...client, 'version']);
  const found = /v?(\d+)\.(\d+)\.(\d+)\S*/.exec(said.text);
  if (said.code !== 0 || !found) return not('missing', site === 'machine' ? 'ig' : client.join(' '));
  const version = found[0].replace(/^v/, '');
  if (Number(found[1]) === LEAST[0] && Number(found[2]) < LEAST[1])
    return not('missing', `${client.join(' ')} ${version} < 0.55`);
  if (site === 'cluster') {
    if (!/[Ss]erver version:\s*v?\d/.test(said.text))
      return not('not-deployed', 'kubectl apply -f k8s/inspektor-gadget.yaml');
    if (!process.env.WORKSHOP_GADGET_IMAGE) return not('no-gadget', 'WORKSHOP_GADGET_IMAGE=REGISTRY/memleak:latest');
    return { found: true, path: client.join(' '), version };
  }
  const libc = await answer(here, LIBCS);
  if (libc.code !== 0 || !libc.text.includes('/libc.so')) return not('libc', '/etc/ld.so.cache: libc.so');
  const images = await answer(here, IMAGES());
  if (images.code !== 0) {
    const said = images.text.trim().split('\n').at(-1) ?? '';
    return not(REFUSED.test(images.text) ? 'unasked' : /not found/.test(said) ? 'missing' : 'no-gadget', said);
  }
  if (!/^\s*(?:\S*\/)?memleak\s+latest\s/m.test(images.text))
    return not('no-gadget', `sudo ${ig()} image build -t memleak:latest bpf/memleak`);
  return { found: true, path: client.join(' '), version };
}

type Why = 'kprobes' | 'missing' | 'not-deployed' | 'no-gadget' | 'libc' | 'unasked';

/** What a program prints, and how it ends: code null where it could not be started. */
async function answer(place: Place, argv: string[]): Promise<{ text: string; code: number | null }> {
  const running = place.exec(argv, { timeoutMs: PATIENCE_MS });
  let text = '';
  for await (const chunk of running.output) text = (text + String(chunk)).slice(0, MAX_TEXT);
  const { code, error } = await running.ended;
  return { text, code: error === null ? code : null };
}

function symbols(): string {
  try {
    return readFileSync('/proc/kallsyms', 'utf8');
  } catch {
    return '';
  }
}
