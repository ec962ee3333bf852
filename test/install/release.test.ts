import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Need } from '../../runner/model/need.ts';
import { fetchRelease } from '../../runner/install/release.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-release-'));
  vi.stubEnv('XDG_CACHE_HOME', dir);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

const bin = () => join(dir, 'ebpf-workshop/bin');
const installed = () => (existsSync(bin()) ? readdirSync(bin()) : []);
const PROGRAM = Buffer.concat([
  Buffer.from('#!/bin/sh\necho v9\n'),
  Buffer.alloc(300_000, '#'),
  Buffer.from([0, 255, 10]),
]);
const SUM = createHash('sha256').update(PROGRAM).digest('hex');

/** A publisher that answers /frob and /frob.sha256 so, at an address of this machine. */
async function published(answers: Record<string, RequestListener>): Promise<Need> {
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    if (answer) answer(request, response);
    else response.writeHead(404).end('not here');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/frob`;
  return {
    program: 'frob',
    packages: { apt: [], dnf: [], zypper: [], pacman: [], apk: [] },
    release: { url, sha256: `${url}.sha256` },
  };
}
/** A .tar.gz of these files. */
function tarOf(files: Record<string, string | Buffer>): Buffer {
  const from = mkdtempSync(join(dir, 'archive-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(from, name), content);
  return execFileSync('tar', ['-czf', '-', '-C', from, ...Object.keys(files)]);
}
const says =
  (body: string | Buffer): RequestListener =>
  (_, response) =>
    void response.end(body);
const failing = async (need: Need) =>
  fetchRelease(need).then(
    () => null,
    (error) => error,
  );

describe('a release', () => {
  it.each([
    ['alone', SUM],
    ['with the file’s name, as sha256sum prints it', `${SUM}  frob-linux-amd64\n`],
  ])('whose checksum is published %s is installed whole, and can be run', async (_, sum) => {
    const path = await fetchRelease(await published({ '/frob': says(PROGRAM), '/frob.sha256': says(sum) }));
    expect(path).toBe(join(bin(), 'frob'));
    expect(readFileSync(path).equals(PROGRAM)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o755);
    expect(installed()).toEqual(['frob']);
  });
  it('in an archive, with its checksum in a list by name, is the one file of it', async () => {
    const archive = tarOf({ LICENSE: 'words', frob: PROGRAM });
    const sum = createHash('sha256').update(archive).digest('hex');
    const need = await published({
      '/frob': says(archive),
      '/frob.sha256': says(`${'0'.repeat(64)}  frob.sig\n${sum}  frob\n${'1'.repeat(64)}  other\n`),
    });
    const path = await fetchRelease({
      ...need,
      release: { ...(need.release as { url: string; sha256: string }), member: 'frob' },
    });
    expect(readFileSync(path).equals(PROGRAM)).toBe(true);
    expect(installed()).toEqual(['frob']);
  });
  it.each([
    ['is not in the list', (sum: string) => `${sum}  another\n${sum}  a third\n`, 'frob', /published: -/],
    ['lacks the file', (sum: string) => sum, 'grob', /tar: .*grob/],
  ])('whose archive %s is not installed', async (_, list, member, says_) => {
    const archive = tarOf({ frob: PROGRAM });
    const need = await published({
      '/frob': says(archive),
      '/frob.sha256': says(list(createHash('sha256').update(archive).digest('hex'))),
    });
    const error = await failing({ ...need, release: { ...(need.release as { url: string; sha256: string }), member } });
    expect(error?.values.detail).toMatch(says_);
    expect(installed()).toEqual([]);
  });
  it('takes the place of an older one', async () => {
    mkdirSync(bin(), { recursive: true });
    writeFileSync(join(bin(), 'frob'), 'old');
    await fetchRelease(await published({ '/frob': says(PROGRAM), '/frob.sha256': says(SUM) }));
    expect(readFileSync(join(bin(), 'frob')).equals(PROGRAM)).toBe(true);
  });
  it('that lies elsewhere is found there', async () => {
    const moved: RequestListener = (_, response) => void response.writeHead(302, { location: '/elsewhere' }).end();
    await fetchRelease(await published({ '/frob': moved, '/elsewhere': says(PROGRAM), '/frob.sha256': says(SUM) }));
    expect(installed()).toEqual(['frob']);
  });
});

describe('nothing is installed', () => {
  const torn: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-length': PROGRAM.length });
    response.write(PROGRAM.subarray(0, 1000), () => response.destroy());
  };
  const other = SUM.replace(/^./, (c) => (c === '0' ? '1' : '0'));
  it.each<[string, Record<string, RequestListener>, RegExp]>([
    [
      'whose checksum is another',
      { '/frob': says(PROGRAM), '/frob.sha256': says(other) },
      new RegExp(`/frob: SHA-256 ${SUM}, published: ${other}$`),
    ],
    [
      'whose checksum is none',
      { '/frob': says(PROGRAM), '/frob.sha256': says('<html>try again later</html>') },
      /published: -$/,
    ],
    ['whose checksum is cut off', { '/frob': says(PROGRAM), '/frob.sha256': says(SUM.slice(0, 40)) }, /published: -$/],
    ['that is not there', { '/frob.sha256': says(SUM) }, /\/frob: 404 Not Found$/],
    ['without a checksum', { '/frob': says(PROGRAM) }, /\/frob\.sha256: 404 Not Found$/],
    ['that is cut off', { '/frob': torn, '/frob.sha256': says(SUM) }, /\/frob: .+/],
    [
      'that is cut off, without saying how long it is',
      { '/frob': says(PROGRAM.subarray(0, 1000)), '/frob.sha256': says(SUM) },
      /SHA-256 [0-9a-f]{64}, published/,
    ],
  ])('of a release %s', async (_, answers, detail) => {
    const need = await published(answers);
    const error = await failing(need);
    expect(error).toMatchObject({
      errorName: 'install.failed',
      exit: 4,
      values: { packages: 'frob', command: `curl -fLo frob ${need.release?.url}` },
    });
    expect(error.values.detail).toMatch(detail);
    expect(installed()).toEqual([]);
  });
  it('where nobody answers', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(gone.address() as AddressInfo).port}/frob`;
    await new Promise((resolve) => gone.close(resolve));
    expect(await failing({ ...(await published({})), release: { url, sha256: `${url}.sha256` } })).toMatchObject({
      errorName: 'install.failed',
      values: { detail: expect.stringMatching(/\/frob\S*: .*ECONNREFUSED/) },
    });
    expect(installed()).toEqual([]);
  });
  it('in place of an older one', async () => {
    mkdirSync(bin(), { recursive: true });
    writeFileSync(join(bin(), 'frob'), 'old');
    expect(await failing(await published({ '/frob': torn, '/frob.sha256': says(SUM) }))).toMatchObject({
      errorName: 'install.failed',
    });
    expect(readFileSync(join(bin(), 'frob'), 'utf8')).toBe('old');
  });
  it('of a program without a release', async () => {
    const { release: _, ...need } = await published({});
    expect(await failing(need)).toMatchObject({ errorName: 'install.failed', values: { packages: 'frob' } });
  });
  it('after an interrupt, which is no failure', async () => {
    const interrupt = new AbortController();
    const reason = new Error('interrupted');
    const need = await published({ '/frob': () => interrupt.abort(reason), '/frob.sha256': says(SUM) });
    await expect(fetchRelease(need, interrupt.signal)).rejects.toBe(reason);
    expect(installed()).toEqual([]);
  });
});
