import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { words } from '../../runner/words/index.ts';
import { terminal } from './terminal.ts';
import { type World, world } from './world.ts';

let w: World;
beforeAll(() => {
  w = world();
});
afterAll(() => w.end());

/** What the one run of this world printed. */
function transcript(): string {
  const dir = join(w.dir, 'state/ebpf-workshop/transcripts');
  return readFileSync(join(dir, readdirSync(dir)[0] as string), 'utf8');
}

test.each([
  { cols: 80, rows: 24 },
  { cols: 100, rows: 32 },
])('on a screen of $cols × $rows a real run of lesson 4 leaves plot and verdict above the keys', async (size) => {
  await w.run(['reset', '4', '--yes']);
  const t = terminal(w, ['run', '4', '--pace', 'fast'], { WORKSHOP_LANG: '', LANG: 'en_US.UTF-8' }, size);
  await t.sees(/Ready\?/);
  t.type('n');
  await t.sees(/What now\?/);
  // The text of the step is longer than such a screen: it came in pages.
  if (size.rows === 24) expect(t.raw()).toMatch(/\d+ of \d+ lines · space: next · q: out/);
  t.type('r');
  await t.sees(/Passed\. What now\?/);
  // The wait said how long of how long, and how many of how many.
  expect(t.raw()).toMatch(/\d+ of about \d+ s/);
  expect(t.raw()).toMatch(/call \d+ of \d+/);
  const seen = t.window();
  expect(seen).toMatch(/│ *[▁▂▃▄▅▆▇█]+[\s\S]*└─+[\s\S]*Memory leak detected[\s\S]*Passed[\s\S]*what now\?/i);
  const harmless = /RLIMIT_MEMLOCK|failed to detach probe/;
  // Said or not, they are in the transcript, and on the screen once they are asked for.
  expect(t.screen()).not.toMatch(harmless);
  if (harmless.test(transcript())) {
    expect(t.screen()).toMatch(/\d+ lines? of the tool’s own complaints, known to be harmless/);
    t.type('w');
    await t.sees(harmless);
    await t.sees(/What now\?/);
  }
  t.type('m');
  await t.sees(/needed: 90 %, and 3 blocks|What now\?/);
  t.type('q');
  expect((await t.exit).exitCode).toBe(0);
  expect(w.processes()).toEqual([]);
});

test('the language that i leads to goes on at once, and the next time', async () => {
  const env = { WORKSHOP_LANG: '', LANG: 'en_US.UTF-8' };
  const t = terminal(w, ['run', '4', '--pace', 'fast'], env);
  await t.sees(/What now\?/);
  t.type('i');
  await t.sees(/무엇을 할까요\?/);
  t.type('q');
  await t.sees(/진행 상황을 저장했습니다/);
  expect((await t.exit).exitCode).toBe(0);
  const korean = words('ko')('list.next');
  expect((await w.run(['list'], { env })).out).toMatch(/[가-힣]/);
  expect((await w.run(['lst'], { env })).err).toMatch(/[가-힣]/);
  // What is asked for now goes before what was chosen once.
  expect((await w.run(['list', '--lang', 'en'], { env })).out).not.toContain(korean);
  expect((await w.run(['lst'], { env: { ...env, WORKSHOP_LANG: 'en' } })).err).not.toMatch(/[가-힣]/);
});
