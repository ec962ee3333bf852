import { expect, test } from 'vitest';
import * as z from 'zod';
import { check } from '../schemas/check.ts';
import { memleak } from '../schemas/memleak.ts';
import { verify } from '../schemas/verify.ts';

/** What is published is what the code says; `npx vitest run test/schemas.test.ts -u` writes it anew after a change. */
test.each(Object.entries({ check, memleak, verify }))(
  'schemas/%s.schema.json is what the code says',
  async (name, schema) => {
    const document = {
      ...z.toJSONSchema(schema),
      title: name === 'memleak' ? 'memleak --json, a line' : `workshop ${name} --json`,
    };
    await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot(`../schemas/${name}.schema.json`);
  },
);
