import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { digestApart } from '../../../runner/monitor/exporter/apart.ts';
import { digest, type Seen } from '../../../runner/monitor/exporter/digest.ts';
import { root } from '../../../runner/paths.ts';
import { pieces, recorded } from './recorded.ts';

const NAME = 'verdict/lives/lost-1-in-4.jsonl.gz';
const how = { top: 2, ageMs: 3000 };

let dir: string;
const thread = (name: string) => join(dir, `${name}.mjs`);
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-apart-'));
  const { bundling } = (await import(join(root, 'scripts/build.mjs'))) as { bundling: object };
  const files: [string, string][] = [
    ['worker', `import ${JSON.stringify(join(root, 'runner/monitor/exporter/worker.ts'))};`],
    ['broken', "throw new Error('broken thread');"],
  ];
  for (const [name, contents] of files)
    await build({ ...bundling, stdin: { contents, resolveDir: root }, outfile: thread(name), sourcemap: false });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function all(seen: AsyncIterable<Seen>): Promise<Seen[]> {
  const list: Seen[] = [];
  for await (const one of seen) list.push(one);
  return list;
}

it('says in a thread of its own what it says here', async () => {
  const here = await all(digest(pieces(recorded(NAME)), how));
  expect(here.filter(({ look }) => look).length).toBeGreaterThan(5);
  expect(here.filter(({ attached }) => attached)).toHaveLength(1);
  expect(await all(digestApart(thread('worker'), pieces(recorded(NAME)), how))).toEqual(here);
});

it('ends where the thread does, and says why', async () => {
  await expect(all(digestApart(thread('broken'), pieces(recorded(NAME)), how))).rejects.toThrow('broken thread');
});

it('wants no more of the tracer once nobody reads', async () => {
  let ended = false;
  async function* endless() {
    try {
      for (;;) {
        yield* pieces(recorded(NAME));
        await new Promise((go) => setTimeout(go, 1));
      }
    } finally {
      ended = true;
    }
  }
  for await (const { look } of digestApart(thread('worker'), endless(), how)) if (look) break;
  expect(ended).toBe(true);
});

it('what the tracer complains of is told, and in a list nothing is lost unsaid', async () => {
  const said = `memleak: there is no process 4711\n`;
  const [first] = await all(digest(pieces(Buffer.from(said)), how));
  expect(first?.said).toEqual(['memleak: there is no process 4711']);
  const lost = recorded(NAME).toString().replaceAll('"missed_frees":0', '"missed_frees":7');
  expect((await all(digest(pieces(Buffer.from(lost)), how))).at(-1)?.look?.lost).toBe(7);
});
