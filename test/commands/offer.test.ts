import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { offer } from '../../runner/cli/ready.ts';
import type { Place, Site } from '../../runner/model/place.ts';
import { tools } from '../../runner/tools/index.ts';
import { ig } from '../../runner/tools/gadget/inspektor.ts';

const KPROBES = '0 T register_kprobe\n';
let dir: string;
let said: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-offer-'));
  vi.stubEnv('XDG_CACHE_HOME', dir);
  said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

/** A mirror of the releases that has this program, and what it was asked for. */
async function mirror(program: string, right = true): Promise<string[]> {
  writeFileSync(join(dir, program), '#!/bin/sh\necho v0.55.1\n');
  const archive = execFileSync('tar', ['-czf', '-', '-C', dir, program]);
  const name = `${program}-linux-${process.arch === 'x64' ? 'amd64' : process.arch}-v0.55.1.tar.gz`;
  const sum = right ? createHash('sha256').update(archive).digest('hex') : '0'.repeat(64);
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.end(
      url.endsWith('/SHA256SUMS')
        ? `${sum}  ${name}\n${'2'.repeat(64)}  other\n`
        : url.endsWith(`/${name}`)
          ? archive
          : '',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  vi.stubEnv('WORKSHOP_GADGET_RELEASES', `http://127.0.0.1:${(server.address() as AddressInfo).port}/download`);
  return asked;
}
const offered = async (
  site: Site,
  { yes = true, install = true, there = null as string | null, kernel = KPROBES } = {},
) => {
  const need = tools.gadget.offers?.(site, kernel);
  const asked = { lang: 'en', yes, install, json: false, flags: {}, signal: new AbortController().signal };
  if (need) await offer(need, { which: async () => there } as unknown as Place, asked as never);
};
const fetched = (program: string) => existsSync(join(dir, 'ebpf-workshop/bin', program));

describe('the client of Inspektor Gadget', () => {
  it.each<[Site, string]>([
    ['machine', 'ig'],
    ['cluster', 'kubectl-gadget'],
  ])('for a %s is %s, of the release that the manifest installs, with its checksum', async (site, program) => {
    const asked = await mirror(program);
    await offered(site);
    expect(fetched(program)).toBe(true);
    expect(asked.every((url) => url.startsWith('/download/v0.55.1/'))).toBe(true);
    expect(readFileSync(join(import.meta.dirname, '../../k8s/inspektor-gadget.yaml'), 'utf8')).toContain(':v0.55.1');
    if (site === 'machine') expect(ig()).toBe(join(dir, 'ebpf-workshop/bin/ig'));
  });
  it.each([
    ['without kprobes in the kernel, where it would only print empty lists', { kernel: '0 T register_uprobe\n' }],
    ['where it is there', { there: '/usr/bin/ig' }],
    ['with --no-install', { install: false }],
    ['without a terminal and without --yes', { yes: false }],
  ])('is not fetched %s', async (_, how) => {
    const asked = await mirror('ig');
    await offered('machine', how);
    expect(asked).toEqual([]);
    expect(fetched('ig')).toBe(false);
    expect(ig()).toBe('ig');
  });
  it('with a wrong checksum is not kept, said, and no reason to stop: memleak does its part', async () => {
    await mirror('ig', false);
    await offered('machine');
    expect(fetched('ig')).toBe(false);
    expect(said).toMatch(/It could not be fetched: .*SHA-256/);
  });
});
