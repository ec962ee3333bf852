import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LabSpec } from '../../../runner/model/lab.ts';
import { kubeLabs } from '../../../runner/environments/kube/record.ts';
import { type Cluster, cluster, environmentIn } from './cluster.ts';
import { line } from './faked.ts';

afterEach(() => vi.unstubAllEnvs());

const spec: LabSpec = { workload: 'stealth-leaker', variant: 'twin', pace: 'fast', lifetime: 'session' };
const created = (c: Cluster) =>
  (
    JSON.parse(readFileSync(join(c.dir, 'created'), 'utf8')) as {
      items: {
        metadata: { name: string; namespace: string };
        spec: {
          template: {
            spec: {
              containers: {
                image: string;
                command?: string[];
                resources: object;
                env: { name: string; value: string }[];
              }[];
            };
          };
        };
      }[];
    }
  ).items;
const failed = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error) => error,
  );
const ALREADY =
  'Error from server (AlreadyExists): error when creating "STDIN": deployments.apps "stealth-memory-leaker" already exists\n';

describe('up', () => {
  it('writes a record, then creates one deployment with the variant’s settings', async () => {
    const c = cluster();
    const lab = await environmentIn(c).up(spec);
    expect(readFileSync(join(c.dir, 'records'), 'utf8')).toContain(`${lab.id}\n`);
    expect(created(c)).toMatchObject([
      { kind: 'Deployment', metadata: { name: 'stealth-memory-leaker', namespace: 'memleak-demo' } },
    ]);
    const [container] = created(c)[0]?.spec.template.spec.containers ?? [];
    expect(container?.image).toBe('leaker:1');
    expect(container?.env).toEqual(
      expect.arrayContaining([
        { name: 'LEAK', value: 'off' },
        { name: 'LEAK_PERIOD_MS', value: '300' },
        { name: 'BIND_ADDRESS', value: '0.0.0.0' },
      ]),
    );
    expect(kubeLabs('kind').all()).toMatchObject([
      {
        id: lab.id,
        ...spec,
        deployment: 'stealth-memory-leaker',
        began: { pod: 'leaker-1', containerId: 'containerd://0a1b' },
      },
    ]);
  });
  it('runs the program of the variant’s build, which a static one’s malloc is in', async () => {
    const c = cluster();
    c.says('target', 'pid 21873\ninner 1\nlibc /usr/local/bin/static-stripped/stealth-leaker\n');
    const lab = await environmentIn(c).up({ ...spec, variant: 'static-stripped-twin' });
    const [container] = created(c)[0]?.spec.template.spec.containers ?? [];
    expect(container?.command).toEqual(['/usr/local/bin/static-stripped/stealth-leaker']);
    expect(container?.env).toEqual(expect.arrayContaining([{ name: 'LEAK', value: 'off' }]));
    expect(lab.target).toMatchObject({
      comm: 'stealth-leaker',
      libc: '/proc/1/root/usr/local/bin/static-stripped/stealth-leaker',
    });
  });
  it('gives the variant its memory limit, and the image’s own program', async () => {
    const c = cluster();
    await environmentIn(c).up({ ...spec, variant: 'tight-limit' });
    const [container] = created(c)[0]?.spec.template.spec.containers ?? [];
    expect(container).toMatchObject({ resources: { limits: { memory: '32Mi' } } });
    expect(container).not.toHaveProperty('command');
  });
  it.each([
    ['that stays until down, all that it comes to hold', 'leaker', 'until-down', '2112Mi'],
    ['of a session, a quarter', 'leaker', 'session', '512Mi'],
    ['that forgets nothing, hardly any, however long it stays', 'twin', 'until-down', '64Mi'],
    ['with a limit of its own, half', 'tight-limit', 'until-down', '16Mi'],
  ] as const)('asks of the node’s memory, for one %s', async (_, variant, lifetime, memory) => {
    const c = cluster();
    await environmentIn(c).up({ ...spec, variant, lifetime });
    const [container] = created(c)[0]?.spec.template.spec.containers ?? [];
    expect(container).toMatchObject({ resources: { requests: { memory } } });
  });
  it.each([
    ['fast', '7200'],
    ['real', '43200'],
  ] as const)('gives one of the %s pace an end', async (pace, value) => {
    const c = cluster();
    await environmentIn(c).up({ ...spec, pace });
    const [container] = created(c)[0]?.spec.template.spec.containers ?? [];
    expect(container?.env.filter(({ name }) => name === 'LIFETIME_S')).toEqual([{ name: 'LIFETIME_S', value }]);
  });
  it('puts it beside a toolbox, where there may be one', async () => {
    const c = cluster();
    await environmentIn(c).up(spec);
    expect(readFileSync(join(c.dir, 'created'), 'utf8')).toContain('"namespaces":["memleak-tools"]');
    const strict = cluster();
    await environmentIn(strict, { tools: () => false }).up(spec);
    expect(readFileSync(join(strict.dir, 'created'), 'utf8')).not.toContain('affinity');
  });
  it('calls a second one otherwise, and neither by its variant', async () => {
    const c = cluster();
    const environment = environmentIn(c);
    await environment.up(spec);
    const second = await environment.up(spec);
    expect(created(c)[0]?.metadata.name).toBe(`stealth-memory-leaker-${second.id.slice(-8)}`);
    expect(created(c)[0]?.metadata.name).not.toContain('twin');
  });
  it('that fails takes away what it made', async () => {
    const c = cluster();
    c.says('pods', line({ ready: 'false', waiting: 'ErrImagePull' }));
    expect(await failed(environmentIn(c).up(spec))).toMatchObject({ errorName: 'kube.no-image' });
    expect(c.deleted()).toEqual([expect.stringContaining(' -n memleak-demo delete deployment ')]);
    expect(kubeLabs('kind').all()).toEqual([]);
  });
  it('takes nothing away that was there before it', async () => {
    const c = cluster();
    c.says('create', ALREADY, 1);
    expect(await failed(environmentIn(c).up(spec))).toMatchObject({ exit: 4 });
    for (const one of c.deleted()) expect(one).not.toMatch(/ deployment stealth-memory-leaker\b/);
    expect(kubeLabs('kind').all()).toEqual([]);
  });
  it('opens what labs run in, once, and again where that failed', async () => {
    const c = cluster();
    let times = 0;
    const environment = environmentIn(c, {
      open: async () => void (++times === 1 && (await Promise.reject(new Error('no cluster')))),
    });
    await expect(environment.up(spec)).rejects.toThrow('no cluster');
    expect([c.calls(), kubeLabs('kind').all()]).toEqual([[], []]);
    await Promise.all([environment.up(spec), environment.up(spec)]);
    expect(times).toBe(2);
  });
});

describe('labs', () => {
  it('are those whose pod is ready', async () => {
    const c = cluster();
    const environment = environmentIn(c);
    const { id } = await environment.up(spec);
    expect((await environment.labs()).map((l) => [l.id, l.spec])).toEqual([[id, spec]]);
    for (const over of [{ ready: 'false' }, { deleted: 'now' }]) {
      c.says('pods', line(over));
      expect(await environment.labs()).toEqual([]);
    }
  });
  it('of a cluster that does not answer are none, and their records stay', async () => {
    const c = cluster();
    const environment = environmentIn(c);
    await environment.up(spec);
    c.says('pods', 'The connection to the server was refused\n', 1);
    expect(await environment.labs()).toEqual([]);
    expect(kubeLabs('kind').all()).toHaveLength(1);
  });
});

describe('down', () => {
  it('takes away what the record says, and the record; of another it knows nothing', async () => {
    const c = cluster();
    const environment = environmentIn(c);
    const { id } = await environment.up(spec);
    await environment.down('another');
    expect(c.deleted()).toEqual([]);
    await environment.down(id);
    expect(c.deleted()).toHaveLength(1);
    expect(readdirSync(join(c.dir, 'state/ebpf-workshop/labs'))).toEqual([]);
  });
  it('that fails keeps the record for another time, unless there is no cluster any more', async () => {
    const c = cluster();
    let gone = false;
    const environment = environmentIn(c, { gone: async () => gone });
    const { id } = await environment.up(spec);
    c.says('delete', 'The connection to the server was refused\n', 1);
    expect(await failed(environment.down(id))).toMatchObject({ errorName: 'kube.unreachable' });
    expect(kubeLabs('kind').all()).toHaveLength(1);
    expect(await environment.leftovers()).toEqual([`lab ${id} (deployment memleak-demo/stealth-memory-leaker)`]);
    gone = true;
    await environment.down(id);
    expect([kubeLabs('kind').all(), await environment.leftovers()]).toEqual([[], []]);
  });
  it('without the kubeconfig has nobody to ask, and forgets', async () => {
    const c = cluster();
    const environment = environmentIn(c);
    const { id } = await environment.up(spec);
    rmSync(join(c.dir, 'kubeconfig'));
    await environment.down(id);
    expect([c.deleted(), kubeLabs('kind').all()]).toEqual([[], []]);
  });
});
