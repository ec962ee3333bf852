import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../../runner/paths.ts';

const dir = join(root, 'bpf/memleak');
const program = readFileSync(join(dir, 'program.bpf.c'), 'utf8');
const gadget = parse(readFileSync(join(dir, 'gadget.yaml'), 'utf8')) as {
  name: string;
  datasources: Record<
    string,
    { annotations: Record<string, unknown>; fields: Record<string, { annotations: Record<string, unknown> }> }
  >;
  params: { ebpf: Record<string, { key: string; defaultValue: string; description: string }> };
};

/** What a macro is called with, each time. */
const called = (macro: string): string[][] =>
  [...program.matchAll(new RegExp(`^${macro}\\(([^)]*)\\)`, 'gm'))].map(([, args = '']) =>
    args.split(',').map((a) => a.trim()),
  );
const membersOf = (struct: string): string[] =>
  [
    ...(new RegExp(`^struct ${struct} \\{\\n([\\s\\S]*?)^\\};`, 'm').exec(program)?.[1] ?? '').matchAll(
      /(\w+)(?:\[\w+\])?;$/gm,
    ),
  ].map(([, name = '']) => name);

describe('gadget.yaml and the program', () => {
  test('each list of the one is one of the other', () => {
    expect(called('GADGET_ITER').map(([name]) => name)).toEqual(Object.keys(gadget.datasources));
    expect(gadget.name).toBe('memleak');
  });
  test('each field is described, and each that is described is one, or made of one by Inspektor Gadget', () => {
    for (const [name = '', type = ''] of called('GADGET_ITER')) {
      const fields = membersOf(type);
      expect(fields.length).toBeGreaterThan(10);
      // What ends in _raw gets a readable field beside it.
      const made = fields.filter((f) => f.endsWith('_raw')).map((f) => f.slice(0, -4));
      expect(Object.keys(gadget.datasources[name]?.fields ?? {}).sort()).toEqual([...fields, ...made].sort());
      for (const [field, { annotations }] of Object.entries(gadget.datasources[name]?.fields ?? {}))
        expect(annotations['description'], field).toMatch(/^\S.{5,}/);
    }
  });
  test('each list comes from a program and a map that there are', () => {
    for (const [, , by = ''] of called('GADGET_ITER')) {
      expect(program).toMatch(new RegExp(`^SEC\\("iter/bpf_map_elem"\\)\\nint ${by}\\(`, 'm'));
      const map = called('GADGET_ITER_TARGET_MAP').find(([of]) => of === by)?.[1];
      expect(readFileSync(join(dir, 'core.bpf.h'), 'utf8')).toMatch(new RegExp(`^\\} ${map} SEC\\("\\.maps"\\);`, 'm'));
    }
  });
  test('each parameter is a constant of the program with the same default', () => {
    const names = called('GADGET_PARAM').map(([name = '']) => name);
    expect(names.sort()).toEqual(Object.keys(gadget.params.ebpf).sort());
    for (const name of names) {
      const value = new RegExp(`^const volatile __u(?:32|64) ${name} = (\\d+);`, 'm').exec(program)?.[1];
      expect(gadget.params.ebpf[name]).toMatchObject({
        key: name.replaceAll('_', '-'),
        defaultValue: value,
        description: expect.stringMatching(/^\S.{5,}/),
      });
    }
  });
  test('what is counted is a metric, by process and call site', () => {
    const { annotations, fields } = gadget.datasources['memleak'] as (typeof gadget.datasources)[string];
    expect(annotations).toMatchObject({ 'metrics.collect': 'true', 'fetch-interval': '5s', 'fetch-count': '0' });
    const of = (type: string) =>
      Object.entries(fields).flatMap(([name, f]) => (f.annotations['metrics.type'] === type ? [name] : []));
    expect(of('gauge')).toEqual(['outstanding_bytes', 'outstanding_count']);
    expect(of('key')).toEqual(['comm', 'pid', 'stack_id']);
  });
  test('the same functions are probed as by our own loader', () => {
    const own = [
      ...readFileSync(join(dir, 'objects/functions.c'), 'utf8').matchAll(
        /^\t\{ "(\w+)", (?:0|KIND_\w+), MALLOC \},$/gm,
      ),
    ]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'cfree');
    const probed = [...program.matchAll(/SEC\("uprobe\/libc:(\w+)"\)/g)].map(([, name = '']) => name);
    expect([...probed, ...called('OUTER').map(([name = '']) => name)].sort()).toEqual(own.sort());
  });
});
