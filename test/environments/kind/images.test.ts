import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ImageName } from '../../../runner/environments/kube/images.ts';
import { faked } from '../kube/faked.ts';

const checkout = join(import.meta.dirname, '../../..');
/** A checkout with what images are made of. paths.ts asks once where the checkout is. */
const root = mkdtempSync(join(tmpdir(), 'workshop-images-'));
process.env.WORKSHOP_ROOT = root;
const { buildImage, IMAGES, refOf } = await import('../../../runner/environments/kube/images.ts');
const names = Object.keys(IMAGES) as ImageName[];
const at = (path: string) => join(root, path);

beforeEach(() => {
  for (const name of ['WORKSHOP_REGISTRY', 'WORKSHOP_BASE_IMAGE']) vi.stubEnv(name, undefined);
  for (const source of names.flatMap((n) => IMAGES[n].sources)) {
    rmSync(at(source), { recursive: true, force: true });
    mkdirSync(dirname(at(source)), { recursive: true });
    cpSync(join(checkout, source), at(source), { recursive: true });
  }
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The tags of both images before and after. */
function changed(change: () => void): ImageName[] {
  const before = names.map(refOf);
  change();
  return names.filter((n, i) => refOf(n) !== before[i]);
}

describe('the tag of an image', () => {
  it.each(names)('%s: is twelve digits after its name', (name) => {
    expect(refOf(name)).toMatch(new RegExp(`^${IMAGES[name].name}:[0-9a-f]{12}$`));
  });
  it('is the same for the same files, whenever they were written', () => {
    expect(changed(() => utimesSync(at('k8s/toolbox/bin/target'), 1, 1))).toEqual([]);
  });
  it('is another on another base', () => {
    expect(changed(() => vi.stubEnv('WORKSHOP_BASE_IMAGE', 'debian:sid'))).toEqual(names);
  });
  it.each<[string, ImageName]>([
    ['workloads/stealth-leaker/Dockerfile', 'leaker'],
    ['workloads/stealth-leaker/Makefile', 'leaker'],
    ['k8s/toolbox/Dockerfile', 'toolbox'],
    ['k8s/toolbox/bin/in-pidns', 'toolbox'],
    ['bpf/memleak/main.c', 'toolbox'],
    ['bpf/memleak/object.S', 'toolbox'],
    ['bpf/memleak/Makefile', 'toolbox'],
    ['bpf/mallocstacks', 'toolbox'],
    ['bpf/bcc-start.py', 'toolbox'],
    ['runner/environments/local/elevated.sh', 'toolbox'],
  ])('changes with %s, of %s alone', (path, name) => {
    expect(changed(() => appendFileSync(at(path), '\n'))).toEqual([name]);
  });
  it('changes with a file that is new, or called otherwise', () => {
    expect(changed(() => writeFileSync(at('k8s/toolbox/bin/new'), ''))).toEqual(['toolbox']);
    expect(changed(() => renameSync(at('k8s/toolbox/bin/new'), at('k8s/toolbox/bin/newer')))).toEqual(['toolbox']);
  });
  it('does not change with what goes into no image', () => {
    expect(
      changed(() => {
        appendFileSync(at('workloads/stealth-leaker/workload.yaml'), '\n');
        mkdirSync(at('workloads/stealth-leaker/build'), { recursive: true });
        writeFileSync(at('workloads/stealth-leaker/build/stealth-leaker'), 'x');
        // What make leaves in there, and what its output looks like.
        mkdirSync(at('bpf/memleak/.memleak.x1'), { recursive: true });
        for (const file of ['memleak', 'schema.json', '.memleak.x1/memleak'])
          writeFileSync(at(`bpf/memleak/${file}`), String(Math.random()));
      }),
    ).toEqual([]);
  });
});

describe('each image', () => {
  it.each(names)('%s: has all that its Dockerfile copies among its sources', (name) => {
    const { dockerfile, context, sources } = IMAGES[name];
    const under = sources.map((s) => join(checkout, s));
    const copied = [
      ...readFileSync(join(checkout, dockerfile), 'utf8').matchAll(/^COPY (?!--from)(.+) \S+$/gm),
    ].flatMap(([, from = '']) => from.split(' '));
    expect(copied.length).toBeGreaterThan(0);
    expect(sources).toContain(context === '.' ? dockerfile : context);
    for (const from of copied)
      expect(
        under.some((s) => join(checkout, context, from).replace(/\/$/, '').startsWith(s)),
        from,
      ).toBe(true);
  });
  it.each(names)('%s: is built from the base that its tag says, and can be told from others', async (name) => {
    const m = faked('docker', '');
    vi.stubEnv('WORKSHOP_BASE_IMAGE', 'mirror.example/debian:1');
    await buildImage(name);
    const build = m.calls().find((c) => c.includes(' build ')) ?? '';
    for (const word of [
      `--tag ${refOf(name)} `,
      '--build-arg BASE=mirror.example/debian:1 ',
      '--label org.ebpf-workshop=image ',
      `--file ${at(IMAGES[name].dockerfile)} `,
    ])
      expect(build).toContain(word);
    expect(build.endsWith(` ${at(IMAGES[name].context)}`)).toBe(true);
  });
});
