import { makeDirs } from '../disk.ts';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { WorkshopError } from '../errors.ts';
import { binDir } from '../paths.ts';
import type { Need } from '../model/need.ts';

/** Fetches a publisher's release into a folder of ours, whole and with the checksum that is published beside it, or not at all. */
export async function fetchRelease({ program, release }: Need, signal?: AbortSignal): Promise<string> {
  if (!release)
    throw new WorkshopError('install.failed', { packages: program, detail: 'no release', command: program });
  const get = async (url: string): Promise<Buffer> => {
    try {
      const response = await fetch(url, { ...(signal ? { signal } : {}), redirect: 'follow' });
      if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
      return Buffer.from(await response.arrayBuffer());
    } catch (error) {
      signal?.throwIfAborted();
      const cause = (error as Error).cause as Error | undefined;
      throw failed(url, cause?.message ?? (error as Error).message);
    }
  };
  const failed = (url: string, detail: string) =>
    new WorkshopError('install.failed', {
      packages: program,
      detail: `${url}: ${detail}`,
      command: `curl -fLo ${program} ${release.url}`,
    });
  const [published, file] = await Promise.all([get(release.sha256), get(release.url)]);
  const sums = published.toString('utf8');
  const listed = sums
    .split('\n')
    .find(
      (line) =>
        line.trimEnd().endsWith(` ${basename(release.url)}`) || line.trimEnd().endsWith(` *${basename(release.url)}`),
    );
  // One sum alone may bear another name; in a list a name that is not there has none.
  const expected = /\b[0-9a-f]{64}\b/.exec(listed ?? (sums.trim().includes('\n') ? '' : sums))?.[0];
  const found = createHash('sha256').update(file).digest('hex');
  if (found !== expected) throw failed(release.url, `SHA-256 ${found}, published: ${expected ?? '-'}`);
  try {
    return putInto(binDir(), program, release.member === undefined ? file : await unpacked(file, release.member));
  } catch (error) {
    throw failed(join(binDir(), program), (error as Error).message);
  }
}

/** Whole or not at all; the path of what can be run then. */
export function putInto(dir: string, program: string, content: Buffer): string {
  const path = join(dir, program);
  const part = `${path}.${process.pid}`;
  try {
    makeDirs(dir);
    writeFileSync(part, content);
    chmodSync(part, 0o755);
    renameSync(part, path);
  } finally {
    rmSync(part, { force: true });
  }
  return path;
}

/** One file of a .tar.gz. */
function unpacked(archive: Buffer, member: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const tar = execFile(
      'tar',
      ['-xzO', '-f', '-', member],
      { encoding: 'buffer', maxBuffer: 1 << 30 },
      (error, out, said) => {
        if (error || out.length === 0) reject(new Error(`tar: ${said.toString().trim() || error?.message || member}`));
        else resolve(out);
      },
    );
    // tar may end before it has read all: it says why itself.
    tar.stdin?.on('error', () => {});
    tar.stdin?.end(archive);
  });
}
