import { afterEach, expect, test } from 'vitest';
import { type Lang, words } from '../../runner/words/index.ts';
import { terminalOf } from './terminal.ts';
import { eventually, type World, world } from './world.ts';

/** What a learner types, and how many keys it may take them in all to see with their own eyes that something grows. */
const COMMAND = 'npm run workshop';
const MOST_KEYS = 25;
/** A look at the screen; and when somebody would have given up. */
const [LOOK_MS, LONGEST_MS] = [100, 90_000];

let w: World;
afterEach(() => w.end());

test.each<Lang>(['en', 'ko'])(
  'from `npm run workshop` to the first finding of one’s own, by the default way: %s',
  async (lang) => {
    const say = words(lang);
    const literally = (text: string) => new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    w = world();
    // What belongs to the install, or to the first start after it, is not counted.
    await w.run(['list']);
    await w.json(['up', '--pace', 'fast']);
    await w.run(['down']);
    const t = terminalOf(w, ['bash', '--norc', '--noprofile'], { WORKSHOP_LANG: lang, PS1: 'ready> ' });
    await t.sees(/ready>/);
    let keys = 0;
    const press = (text: string) => {
      keys += text.length;
      t.type(text);
    };
    const began = Date.now();
    press(`${COMMAND}\r`);
    const passed = literally(say('step.passed'));
    // A menu hides the cursor; whatever it has under it is taken, and of several places for the lab this machine.
    for (let menu = -1; !passed.test(t.screen()); await new Promise((resolve) => setTimeout(resolve, LOOK_MS))) {
      expect(Date.now() - began, t.screen()).toBeLessThan(LONGEST_MS);
      const hidden = t.raw().lastIndexOf('\x1b[?25l');
      if (hidden <= t.raw().lastIndexOf('\x1b[?25h') || hidden === menu) continue;
      menu = hidden;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      press(t.window().includes(say('start.env')) && !t.window().includes(say('start.now')) ? 'h' : '\r');
      expect(keys, t.screen()).toBeLessThan(MOST_KEYS);
    }
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    console.log(
      `${lang}: first finding after ${keys} keys (${keys - COMMAND.length - 1} without the command) and ${seconds} s`,
    );
    t.type('q');
    await t.sees(literally(say('session.bye')));
    t.type('exit\r');
    await t.exit;
    await eventually('nothing is left', () => w.processes().length === 0);
  },
);
