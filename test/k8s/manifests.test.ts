import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { leaker, type Manifest, toolbox } from '../../runner/environments/kube/manifests.ts';
import { refOf } from '../../runner/environments/kube/images.ts';
import { named, ours } from './images.ts';

const dir = join(import.meta.dirname, '../../k8s');
const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
const manifests = files.flatMap((file) =>
  parseAllDocuments(readFileSync(join(dir, file), 'utf8')).map((d) => ({ file, manifest: d.toJS() as Manifest })),
);

describe('images', () => {
  it.each(manifests.filter(({ manifest }) => named(manifest).length > 0).map(({ file, manifest }) => [file, manifest]))(
    'of %s are no stranger’s',
    (_, manifest) => {
      for (const image of named(manifest as Manifest)) expect(image).toSatisfy(ours);
    },
  );
  it('of what the runner makes are none, either', () => {
    const made = [
      ...toolbox('x', refOf('toolbox'), 'workers'),
      leaker('a', 'b', refOf('leaker'), {}),
      leaker('a', 'b', 'registry.example/class/leaker:1', {}),
    ];
    expect(made.flatMap(named)).toHaveLength(3);
    for (const image of made.flatMap(named)) expect(image).toSatisfy(ours);
  });
  it.each([
    [
      'a name without a registry that may be pulled',
      { image: 'ebpf-workshop/toolbox:latest', imagePullPolicy: 'IfNotPresent' },
    ],
    ['… as is the case where nothing is said', { image: 'ebpf-workshop/toolbox:latest' }],
    ['an official one, too', { image: 'debian:trixie-slim', imagePullPolicy: 'Always' }],
  ])('would be a stranger’s: %s', (_, container) => {
    expect(ours(container)).toBe(false);
  });
  it('are changed by no overlay', () => {
    for (const { manifest } of manifests.filter(({ manifest: m }) => m.kind === 'Kustomization')) {
      expect(JSON.stringify(manifest)).not.toMatch(/image/i);
    }
  });
});
