import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';

const rbac = join(import.meta.dirname, '../../k8s/rbac');

interface Named {
  kind: string;
  name: string;
}
interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string; labels: Record<string, string> };
  rules?: { resources: string[]; verbs: string[] }[];
  roleRef?: Named;
  subjects?: Named[];
}
const documents = (text: string) => parseAllDocuments(text).map((d) => d.toJS() as Manifest);
const run = (...args: string[]) => spawnSync(join(rbac, 'class'), args, { encoding: 'utf8' });
const made = (...args: string[]) => {
  const { status, stdout, stderr } = run(...args);
  expect([status, stderr]).toEqual([0, '']);
  return documents(stdout);
};
/** Who has which role where. */
const bindings = (all: Manifest[]) =>
  all
    .filter((m) => m.kind === 'RoleBinding')
    .map(({ metadata, roleRef, subjects }) => [metadata.namespace, roleRef?.name, subjects?.map((s) => s.name).join()]);

describe('a class', () => {
  it('is a namespace for each, that admits nothing privileged, with the learner’s rights in it', () => {
    const all = made('anna', 'boris=b.b@school.example');
    expect(all.filter((m) => m.kind === 'Namespace').map((m) => m.metadata)).toMatchObject(
      [
        ['memleak-tools', 'privileged'],
        ['memleak-anna', 'restricted'],
        ['memleak-boris', 'restricted'],
      ].map(([name, level]) => ({
        name,
        labels: { 'app.kubernetes.io/part-of': 'ebpf-workshop', 'pod-security.kubernetes.io/enforce': level },
      })),
    );
    expect(bindings(all)).toEqual([
      ['memleak-anna', 'ebpf-workshop-learner', 'anna'],
      ['memleak-tools', 'ebpf-workshop-toolbox', 'anna'],
      ['memleak-boris', 'ebpf-workshop-learner', 'b.b@school.example'],
      ['memleak-tools', 'ebpf-workshop-toolbox', 'b.b@school.example'],
    ]);
  });
  it('is for each what the learner’s file says, but for the names', () => {
    const plain = documents(readFileSync(join(rbac, 'learner.yaml'), 'utf8'));
    const all = made('learner').filter((m) => m.kind !== 'Namespace');
    expect(all).toEqual(plain);
    const names = made('anna', 'boris').map((m) => `${m.kind} ${m.metadata.namespace} ${m.metadata.name}`);
    // What both have is one role; all else is each one's own.
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual(['Role memleak-tools ebpf-workshop-toolbox']);
  });
  it('has an instructor in each of its namespaces, and in the toolbox', () => {
    const all = bindings(made('--instructor', 'teacher', 'anna', 'boris'));
    expect(all.filter(([, , who]) => who === 'teacher')).toEqual([
      ['memleak-anna', 'ebpf-workshop-instructor', 'teacher'],
      ['memleak-boris', 'ebpf-workshop-instructor', 'teacher'],
      ['memleak-tools', 'ebpf-workshop-toolbox', 'teacher'],
    ]);
  });
  it.each([
    ['nobody', []],
    ['a name that no namespace has', ['Anna']],
    ['a name of two lines', ['anna\nkind: x']],
    ['what sed would take for more', ['anna|e']],
    ['the toolbox’s own namespace', ['tools']],
    ['a user who ends the quotes', ['anna=x"}']],
    ['a user of no name', ['anna=']],
    ['an instructor who ends the quotes', ['--instructor', '"', 'anna']],
    ['an instructor of no name', ['--instructor']],
    ['one of several', ['boris', 'Anna']],
  ])('of %s is refused, and nothing is printed', (_, args) => {
    const { status, stdout, stderr } = run(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).not.toBe('');
  });
});

describe('the instructor’s role', () => {
  const [role, ...more] = documents(readFileSync(join(rbac, 'instructor.yaml'), 'utf8'));
  it('is bound by its file to nobody', () => {
    expect(role?.kind).toBe('ClusterRole');
    expect(more).toEqual([]);
  });
  it('has nothing that reaches a node or another namespace', () => {
    const rights = role?.rules?.flatMap((r) => r.resources) ?? [];
    expect(rights.sort()).toEqual(
      ['deployments', 'events', 'pods', 'pods/exec', 'pods/log', 'pods/proxy', 'rolebindings', 'roles'].sort(),
    );
    for (const { verbs } of role?.rules ?? [])
      expect(verbs.filter((v) => ['*', 'bind', 'escalate', 'impersonate', 'update'].includes(v))).toEqual([]);
  });
});
