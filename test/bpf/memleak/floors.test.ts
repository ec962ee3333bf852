import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../../runner/paths.ts';

const dir = join(root, 'bpf/memleak');
/** The floors, from the ground up, as main.c draws them. */
const floors = [...readFileSync(join(dir, 'main.c'), 'utf8').matchAll(/^ \* {3}(\w+)\/ /gm)].map(
  ([, name = '']) => name,
);
const floorOf = (path: string): number => (path.includes('/') ? floors.indexOf(path.split('/')[0] ?? '') : -1);
const sources = floors.flatMap((floor) => readdirSync(join(dir, floor)).map((file) => `${floor}/${file}`));
const included = (file: string): string[] =>
  [...readFileSync(join(dir, file), 'utf8').matchAll(/^#include "(.*)"$/gm)].map(([, path = '']) => path);

describe('the loader', () => {
  test('each folder of sources is a floor, and each floor is a folder', () => {
    const folders = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const names = folders.map(({ name }) => name).filter((name) => name !== 'headers' && !name.startsWith('.'));
    expect([...floors].sort()).toEqual(names.sort());
  });
  test('no file includes from a floor above its own, nor is there a circle on any floor', () => {
    const circles: string[] = [];
    const walk = (file: string, path: string[]): void => {
      if (path.includes(file)) circles.push([...path, file].join(' → '));
      else if (file.endsWith('.h')) for (const next of included(file)) walk(next, [...path, file]);
    };
    for (const file of sources) {
      walk(file, []);
      expect(
        included(file).filter((path) => floorOf(path) > floorOf(file)),
        file,
      ).toEqual([]);
    }
    expect(circles).toEqual([]);
  });
  test('what is its parts’ own is included by its parts alone', () => {
    const own = ['tracer/state.h', 'inspektor/state.h', 'output/form.h', 'options/table.h'];
    for (const file of sources)
      for (const path of included(file).filter((p) => own.includes(p)))
        expect(floorOf(path), `${file} includes ${path}`).toBe(floorOf(file));
  });
});
