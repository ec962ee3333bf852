import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FINISHED } from '../lesson/checkout.ts';
import { scriptFile } from '../../runner/journal/scripts.ts';
import { RIGHT } from './small.ts';
import { names } from '../journal/state.ts';
import { printing, walked } from './walking.ts';

const STARTER = 'BEGIN { }\n';
const script = () => readFileSync(scriptFile('01-small', 'own'), 'utf8');
const mine = (text: string) => writeFileSync(scriptFile('01-small', 'own'), text);
const asides = () =>
  names('scripts/01-small')
    .filter((n) => n !== 'own.bt')
    .map((n) => readFileSync(scriptFile('01-small', 'own').replace('own.bt', n), 'utf8'));

describe('h', () => {
  it('goes from a nudge by a pointer to the command, and stays there', async () => {
    const { ui, events } = await walked(0, ['n', 'h', 'h', 'h', 'h', 'q']);
    expect(events).toEqual(['look shown', 'look hint 1', 'look hint 2', 'look hint 3', 'look hint 3']);
    const hints = ui.shown.slice(ui.shown.findIndex((l) => l.startsWith('Hint 1')));
    expect(hints.slice(0, 6)).toEqual([
      'Hint 1 of 3',
      'Look.',
      'Hint 2 of 3',
      'There.',
      'Hint 3 of 3',
      'It is:\n\n```sh\nsudo trace -p 100\n```',
    ]);
  });
  it('goes on where it was', async () => {
    await walked(0, ['n', 'h', 'q']);
    expect((await walked(0, ['n', 'k', 'h', 'b', 'h', 'q'])).events.filter((e) => e.includes('hint'))).toEqual([
      'look hint 1',
      'how-many hint 1',
      'look hint 2',
    ]);
  });
});

describe('s', () => {
  it('of a command shows it, and runs nothing', async () => {
    const { ui, environment, events } = await walked(0, ['n', 's', 'q']);
    expect(ui.shown).toContain('\nsudo trace -p 100\n');
    expect(environment.started[0]?.ran).toEqual([]);
    expect(events).toEqual(['look shown', 'look solution']);
    expect(ui.offered.at(-1)?.keys).not.toContain('n');
  });
  it('of a question shows the sum, in the numbers of the learner’s own run', async () => {
    const { ui, events } = await walked(0, ['n', 'r', 'n', 's', 'q'], { environment: printing(RIGHT) });
    expect(ui.shown.slice(-5, -1)).toEqual([
      'In your numbers:',
      '  3 × 1 = 3 blocks',
      'They are from this run:',
      'sudo trace -p 100',
    ]);
    expect(events.at(-1)).toBe('how-many solution');
  });
  it('of a question before its run says what to run first, and no number', async () => {
    const { ui } = await walked(1, ['s', 'q']);
    expect(ui.shown.slice(-3, -1)).toEqual([expect.stringMatching(/“[^”]+”.* Run that first/), 'sudo trace -p 100']);
    expect(ui.shown.join('\n')).not.toContain('In your numbers');
  });
  it('of a script shows it, and takes its place only when told, with what was there kept', async () => {
    await walked(2, ['q']);
    mine('my own');
    for (const answer of [['n', 'q'], []]) {
      const { ui } = await walked(2, ['s', ...answer]);
      expect(ui.shown).toContain(FINISHED);
      expect([script(), asides()]).toEqual(['my own', []]);
    }
    const { ui } = await walked(2, ['s', 'y', 'q']);
    expect([script(), asides()]).toEqual([FINISHED, ['my own']]);
    expect(ui.text).toMatch(/kept as .*own\.\d+\.bt/);
  });
  it('a finished script that is there already is not set aside', async () => {
    const { ui } = await walked(2, ['s', 'y', 's', 'y', 'q']);
    expect([script(), asides()]).toEqual([FINISHED, [STARTER]]);
    expect(ui.shown.filter((l) => l.includes('kept as'))).toHaveLength(1);
  });
});

describe('x', () => {
  it('forgets the step and shows it again', async () => {
    const { ui, events } = await walked(0, ['n', 'h', 'r', 'x', 'h', 'q'], { environment: printing(RIGHT) });
    expect(events).toEqual(['look shown', 'look hint 1', 'look ran', 'look attempt pass', 'look reset', 'look hint 1']);
    expect(ui.offered.map((o) => o.keys.includes('n')).slice(2)).toEqual([false, true, false, false]);
    expect(ui.shown.filter((l) => l.includes('1/3  Look at calls'))).toHaveLength(2);
  });
  it('forgets an edited command', async () => {
    const { ui } = await walked(0, ['n', 'e', 'mine', 'x', 'e', 'other', 'q'], { environment: printing('') });
    expect(ui.initial).toEqual(['sudo trace -p 100', 'sudo trace -p 100']);
  });
  it('begins a script anew, with what was there kept', async () => {
    await walked(2, ['q']);
    expect(script()).toBe(STARTER);
    mine('my own');
    const { ui } = await walked(2, ['x', 'q']);
    expect([script(), asides()]).toEqual([STARTER, ['my own']]);
    expect(ui.text).toMatch(/kept as .*own\.\d+\.bt/);
  });
  it('a script that was only begun is not set aside', async () => {
    await walked(2, ['x', 'x', 'q']);
    expect([script(), asides()]).toEqual([STARTER, []]);
  });
});

it('a script is never overwritten by coming back to it', async () => {
  await walked(2, ['q']);
  mine('my own');
  await walked(0, ['n', 'k', 'k', 'b', 'k', 'h', 'q']);
  expect(script()).toBe('my own');
});
