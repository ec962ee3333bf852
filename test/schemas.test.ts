import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { ENVIRONMENTS } from '../runner/environments/index.ts';
import { check } from '../schemas/check.ts';
import { documents } from '../schemas/index.ts';
import { memleak } from '../schemas/memleak.ts';

const published = {
  ...Object.fromEntries(Object.entries(documents).map(([name, schema]) => [name, [schema, command(name)]] as const)),
  memleak: [memleak, 'memleak --json, a line'],
} as const;

function command(name: string): string {
  return `workshop ${name === 'lab' ? 'up' : name} --json`;
}

/** What is published is what the code says; `npx vitest run test/schemas.test.ts -u` writes it anew after a change. */
test.each(Object.entries(published))('schemas/%s.schema.json is what the code says', async (name, [schema, title]) => {
  const document = { ...z.toJSONSchema(schema), title };
  await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot(`../schemas/${name}.schema.json`);
});

test('and nothing else is published', () => {
  const files = readdirSync(new URL('../schemas', import.meta.url)).filter((file) => file.endsWith('.schema.json'));
  expect(files.sort()).toEqual(
    Object.keys(published)
      .map((name) => `${name}.schema.json`)
      .sort(),
  );
});

test('check may be of every environment', () => {
  expect(check.shape.env.options).toEqual([...ENVIRONMENTS]);
});
