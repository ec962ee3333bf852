import { spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

// Each test starts a few processes, on machines that may be tracing every malloc meanwhile.
vi.setConfig({ testTimeout: 60_000 });

const repository = join(import.meta.dirname, '../..');

/** A small checkout in a place with a space and Korean in its name: our bin/, and stand-ins for all that bin/ starts. */
export function checkout() {
  // Another user, without rights to write, must be able to walk in.
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'bootstrap ')));
  chmodSync(top, 0o755);
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  const root = join(top, '체크아웃');
  const file = (path: string) => join(root, path);
  const write = (path: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(file(path)), { recursive: true });
    writeFileSync(file(path), text, { mode });
  };
  const read = (path: string) => (existsSync(file(path)) ? readFileSync(file(path), 'utf8') : null);
  const lines = (path: string) => (read(path) ?? '').split('\n').filter(Boolean);

  for (const path of ['bin', 'runner/words/language.mjs'])
    cpSync(join(repository, path), file(path), { recursive: true });
  for (const name of ['npm', 'build.mjs', 'main.mjs']) {
    const [to, mode] = {
      npm: ['fake/npm', 0o755],
      'build.mjs': ['scripts/build.mjs', 0o644],
      'main.mjs': ['runner/main.ts', 0o644],
    }[name] as [string, number];
    write(to, readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8'), mode);
  }
  write('package.json', JSON.stringify({ name: 'checkout', version: '9.8.7', type: 'module' }));
  write('package-lock.json', JSON.stringify(lock()));
  for (const dir of ['lessons', 'bpf']) mkdirSync(file(dir));
  return { top, root, file, write, read, lines };
}

export type Checkout = ReturnType<typeof checkout>;

/** A lock file: one package to run, one to test, one for another platform. */
export const lock = (version = '1.0.0') => ({
  packages: {
    '': { name: 'checkout' },
    'node_modules/small': { version, integrity: 'sha512-a' },
    'node_modules/tester': { version: '2.0.0', integrity: 'sha512-b', dev: true },
    'node_modules/other-platform': { version: '3.0.0', integrity: 'sha512-c', optional: true },
  },
});

interface Options {
  lang?: 'ko' | 'en';
  /** What the fake npm does: see fixtures/npm. */
  npm?: 'works' | 'fails' | 'hangs' | 'slow';
  env?: Record<string, string>;
  /** A CommonJS text that runs before anything else. */
  preload?: string;
  cwd?: string;
  onStart?: (child: ChildProcess) => void;
}

/** Runs an entry point of the checkout to its end. */
export async function run(at: Checkout, entry: string, args: string[] = [], options: Options = {}) {
  const { lang = 'en', npm = 'works', env = {}, preload, cwd = at.top, onStart } = options;
  const before: string[] = [];
  if (preload !== undefined) {
    const path = join(at.top, 'preload.cjs');
    writeFileSync(path, preload);
    before.push('--require', path);
  }
  const child = spawn(process.execPath, [...before, join(at.root, entry), ...args], {
    cwd,
    env: {
      PATH: [at.file('fake'), dirname(process.execPath), process.env.PATH].join(delimiter),
      LANG: lang === 'ko' ? 'ko_KR.UTF-8' : 'C.UTF-8',
      FAKE_NPM: npm,
      ...inherited(),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  onStart?.(child);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

/** Resolves when `condition` holds; a test's own timeout ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Where a machine needs them to start Node at all. */
const inherited = () => (process.env.LD_LIBRARY_PATH ? { LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH } : {});
