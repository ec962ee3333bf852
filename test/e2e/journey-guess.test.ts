import { afterEach, beforeEach, expect, test } from 'vitest';
import { words } from '../../runner/words/index.ts';
import { terminal } from './terminal.ts';
import { type World, world } from './world.ts';

let w: World;
beforeEach(() => {
  w = world();
});
afterEach(() => w.end());

const literally = (text: string) => new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));

test.each(['en', 'ko'] as const)(
  'a guess is held against a real run, and an answer is a sum of what it printed: %s',
  async (lang) => {
    const say = words(lang);
    const t = terminal(w, ['run', '3', '--pace', 'fast', '--lang', lang]);
    const shows = (text: string) => t.sees(literally(text));
    const now = () => shows(say('step.what-now'));
    await shows(say('lesson.begin'));
    t.type('n');
    await now();
    t.type('r');
    await shows(say('predict.ask'));
    t.type('1048576\r');
    await shows(say('outcome.pass'));
    // On a screen of 80 columns the line may break between any two words.
    const said = say('predict.other', {
      said: say('sum.bytes', { n: '1048576' }),
      seen: say('sum.bytes', { n: '1052672' }),
    });
    await t.sees(new RegExp(literally(said).source.replaceAll(' ', '\\s+')));
    await shows(say('step.passed'));
    t.type('n');
    await now();
    t.type('s');
    await shows(say('sum.yours'));
    await shows(`${say('sum.bytes', { n: '1052672' })} ÷ 4096 = ${say('sum.pages', { n: '257' })}`);
    await now();
    t.type('a');
    await shows(say('step.answer'));
    t.type('256\r');
    await shows(say('outcome.wrong'));
    await now();
    t.type('a');
    await shows(say('step.answer'));
    t.type('257\r');
    await shows(say('outcome.pass'));
    await shows(say('step.passed'));
    t.type('q');
    expect((await t.exit).exitCode).toBe(0);
    expect(w.processes()).toEqual([]);
  },
);
