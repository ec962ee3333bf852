// Packages of a Debian release, from the mirror that this machine uses, without a change to what it has installed or knows.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirs } from '../disk.ts';
import { WorkshopError } from '../errors.ts';
import { capture } from '../exec.ts';
import { cacheDir, onPath } from '../paths.ts';

/** Where Debian keeps the keys of its archive; other systems have them in a package of the same name. */
const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** What a release's index has that nobody asks for here. */
const NEEDLESS = ['DEP-11', 'DEP-11-icons', 'DEP-11-icons-small', 'DEP-11-icons-hidpi', 'Contents-deb', 'Translations'];
/** The archive may be slow, and waits for nobody for ever, ms. */
const PATIENCE_MS = 240_000;

export interface Archive {
  /** Unpacks a source package, its patches applied; resolves to its folder, in `into`. */
  source(name: string, into: string): Promise<string>;
  /** Unpacks binary packages, `name` or `name=version`, over one another into `into`. */
  binary(packages: readonly string[], into: string): Promise<void>;
}

/** What apt says it would read → the lines of a list of ours: the release's own packages and its security fixes. */
export function sourcesOf(targets: string, release: string, keys: string | null): string[] {
  const lines = new Set<string>();
  for (const target of targets.split('\n')) {
    const [uri = '', suite = ''] = target.trim().split(' ');
    if (!/^[a-z]+:\/\/|^file:/.test(uri) || suite === '') continue;
    const ours = suite.endsWith('-security') ? `${release}-security` : release;
    if (/-(updates|backports|proposed)/.test(suite)) continue;
    for (const type of ['deb', 'deb-src'])
      lines.add(`${type} ${keys === null ? '' : `[signed-by=${keys}] `}${uri} ${ours} main`);
  }
  return [...lines];
}

let opened: { release: string; archive: Promise<Archive> } | undefined;

/** The packages of a release; its index is read once a process, and gone with it. Rejects with `shipped.no-package`. */
export function debian(release: string, signal?: AbortSignal): Promise<Archive> {
  if (opened?.release !== release) {
    opened = { release, archive: open(release, signal) };
    // Another try may find a network.
    opened.archive.catch(() => (opened = undefined));
  }
  return opened.archive;
}

async function open(release: string, signal?: AbortSignal): Promise<Archive> {
  for (const program of ['apt-get', 'dpkg-deb', 'dpkg-source'])
    if (!onPath(program))
      throw new WorkshopError('shipped.no-package', { package: `Debian ${release}`, detail: `${program} is not here` });
  const listed = await capture(['apt-get', 'indextargets', '--format', '$(REPO_URI) $(RELEASE)'], { signal });
  const sources = sourcesOf(listed.text, release, existsSync(KEYS) ? KEYS : null);
  if (sources.length === 0)
    throw new WorkshopError('shipped.no-package', { package: `Debian ${release}`, detail: listed.text.trim() });
  const parent = join(cacheDir(), 'shipped');
  makeDirs(parent);
  const dir = mkdtempSync(join(parent, 'apt-'));
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
  for (const name of ['lists/partial', 'archives/partial']) mkdirSync(join(dir, name), { recursive: true });
  writeFileSync(join(dir, 'sources.list'), `${sources.join('\n')}\n`);
  const options = {
    'Dir::Etc::sourcelist': join(dir, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': join(dir, 'lists'),
    'Dir::Cache': dir,
    'Dir::Cache::archives': join(dir, 'archives'),
    // The user that apt would become may not look into our folder.
    ...(process.getuid?.() === 0 ? { 'APT::Sandbox::User': 'root' } : {}),
    ...Object.fromEntries(NEEDLESS.map((name) => [`Acquire::IndexTargets::deb::${name}::DefaultEnabled`, 'false'])),
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
  };
  const told = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const run = async (what: string, argv: readonly string[], cwd: string) => {
    const { code, text, error } = await capture(argv, {
      cwd,
      env: { LC_ALL: 'C' },
      timeoutMs: PATIENCE_MS,
      signal,
    });
    signal?.throwIfAborted();
    if (code === 0) return;
    const complaints = text.split('\n').filter((line) => /^E:|[Ee]rror|failed/.test(line));
    const said = (complaints.length > 0 ? complaints : text.trim().split('\n')).slice(-3).join('\n');
    throw new WorkshopError('shipped.no-package', { package: what, detail: error ?? said });
  };
  await run(`Debian ${release}`, ['apt-get', ...told, 'update', '-qq', '--error-on=any'], dir);
  return {
    async source(name, into) {
      mkdirSync(into, { recursive: true });
      await run(name, ['apt-get', ...told, '-qq', 'source', '--only-source', '--download-only', name], into);
      const description = readdirSync(into).find((file) => file.endsWith('.dsc')) ?? '';
      const tree = join(into, 'tree');
      await run(name, ['dpkg-source', '--no-check', '-x', description, tree], into);
      return tree;
    },
    async binary(packages, into) {
      mkdirSync(into, { recursive: true });
      const got = mkdtempSync(join(dir, 'got-'));
      await run(packages.join(' '), ['apt-get', ...told, '-qq', 'download', ...packages], got);
      for (const file of readdirSync(got)) await run(file, ['dpkg-deb', '-x', file, into], got);
    },
  };
}
