import { afterAll, beforeAll, expect, test } from 'vitest';
import { namespaceWith } from './namespace.ts';
import { type Terminal, terminal } from './terminal.ts';
import { type World, world } from './world.ts';

/** The longest that anything works without a sign of life; who waits for an answer is silent for longer. */
const SILENT_MS = 2500;
const LOOK_MS = 50;
/** A key pressed more often than this in all lessons leads in a circle. */
const MOST = 700;

let w: World;
// What others look for on this machine's own mounts meanwhile is none of its business.
let namespace: Awaited<ReturnType<typeof namespaceWith>> | undefined;
beforeAll(async () => {
  if (process.getuid?.() === 0) namespace = await namespaceWith('absent');
  w = world(undefined, namespace);
});
afterAll(async () => {
  await w.end();
  namespace?.end();
});

test('whoever presses Enter alone gets from the first lesson to the end of the last', {
  timeout: 1_500_000,
}, async () => {
  // Their editor leaves the script as it was.
  const t = terminal(w, [], { WORKSHOP_ENV: 'host', EDITOR: 'true' });
  const pressed = await enterAlone(t);
  expect((await t.exit).exitCode).toBe(0);

  const { lessons } = (await w.json(['status'])) as unknown as {
    lessons: { lesson: string; passed: number; skipped: number; of: number }[];
  };
  const count = (key: 'passed' | 'skipped' | 'of') => lessons.reduce((sum, lesson) => sum + lesson[key], 0);
  console.log(`Enter ${pressed} times: ${count('of')} steps, ${count('passed')} passed, ${count('skipped')} skipped`);
  expect(lessons.map(({ lesson, passed, skipped }) => [lesson, passed + skipped])).toEqual(
    lessons.map(({ lesson, of }) => [lesson, of]),
  );
  // Questions are for people; what is run, or written, is led to a pass.
  expect(count('passed')).toBeGreaterThan(count('skipped'));
  expect(w.processes()).toEqual([]);
});

/** Presses Enter at each menu, and where all is silent, until the program ends; resolves to how often. */
async function enterAlone(t: Terminal): Promise<number> {
  let over = false;
  void t.exit.then(() => (over = true));
  let [pressed, menu, length, since] = [0, -1, 0, Date.now()];
  for (; !over; await new Promise((resolve) => setTimeout(resolve, LOOK_MS))) {
    const raw = t.raw();
    if (raw.length !== length) [length, since] = [raw.length, Date.now()];
    // A menu hides the cursor for as long as it is there.
    const hidden = raw.lastIndexOf('\x1b[?25l');
    const fresh = hidden > raw.lastIndexOf('\x1b[?25h') && hidden !== menu;
    if (!fresh && Date.now() - since < SILENT_MS) continue;
    expect(++pressed, t.screen().split('\n').slice(-60).join('\n')).toBeLessThan(MOST);
    if (fresh) menu = hidden;
    since = Date.now();
    t.type('\r');
  }
  return pressed;
}
