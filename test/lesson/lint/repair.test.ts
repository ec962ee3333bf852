import { describe, expect, it } from 'vitest';
import '../checkout.ts';
import type { Lesson, Step } from '../../../runner/lesson/define.ts';
import { structure } from '../../../runner/lesson/lint/structure.ts';
import { parity } from '../../../runner/lesson/lint/parity.ts';
import { read, swap } from './reading.ts';

const DIAGNOSES = `diagnoses:
  deaf: { name: deaf, shows: Nothing. }
  nobody: { name: nobody, shows: No name. }
`;
const shown = (text: string) => swap('objectives:', `${DIAGNOSES}objectives:`)(text);
/** The command of the small lesson, as one that is to be repaired. */
const repairable = (text: string) =>
  swap(
    '### Hints {#hints}',
    '### To be repaired {#repair}\n\nName it.\n\n### Hints {#hints}',
  )(swap('```sh\n{{command}}\n```', '{{broken}}')(shown(text)));
const broken = { command: () => ({ argv: ['trace'], elevated: false }), shows: [] };

function repairing(change: (text: string) => string = String, more: { lesson?: Partial<Lesson>; step?: object } = {}) {
  const all = read({ en: (t) => change(repairable(t)), ko: (t) => change(repairable(t)) });
  const [look, ...rest] = all.lesson.steps;
  const repair = { ...look, kind: 'repair', broken, diagnosis: 'nobody', ...more.step } as Step;
  all.lesson = { ...all.lesson, diagnoses: { deaf: /a/, nobody: /b/ }, steps: [repair, ...rest], ...more.lesson };
  return [...structure(all), ...parity(all)].map(({ file, text }) => `${file.split('/').at(-1)} ${text}`);
}
const inBoth = (text: string) => [`ko.md ${text}`, `en.md ${text}`];

describe('a step to repair', () => {
  it('in order', () => expect(repairing()).toEqual([]));
  it.each<[string, (text: string) => string, string]>([
    [
      'does not show what is broken',
      swap('{{broken}}', 'It.'),
      'look: the section does not show what is broken: {{broken}}',
    ],
    [
      'shows the repair',
      swap('{{broken}}', '{{broken}} {{command}}'),
      'look: the learner changes the command, and the section shows it finished: {{command}}',
    ],
    [
      'shows it to whoever has named what is wrong',
      swap('Name it.', '{{command}}'),
      'look: the learner changes the command, and the section shows it finished: {{command}}',
    ],
    [
      'says nothing then',
      swap('Name it.', ''),
      'look: nothing is said once it is known what is wrong: ### … {#repair}',
    ],
  ])('%s', (_, change, text) => expect(repairing(change)).toEqual(inBoth(text)));
});

describe('diagnoses', () => {
  it('are those of steps.ts, in their order', () => {
    const swapped = (text: string) => text.replace(/( {2}deaf.*\n)( {2}nobody.*\n)/, '$2$1');
    expect(repairing(swapped)).toEqual(
      inBoth('its diagnoses are not those of steps.ts, in their order: nobody, deaf | deaf, nobody'),
    );
  });
  it('give nothing away by counting, by the order of the steps, or by an id', () => {
    expect(repairing(String, { lesson: { diagnoses: { nobody: /b/ } } })).toContain(
      'steps.ts each diagnosis is right somewhere: the last is known by counting',
    );
    expect(repairing(String, { step: { diagnosis: 'loo' }, lesson: { diagnoses: { deaf: /a/, loo: /b/ } } })).toContain(
      'steps.ts look: its id gives the diagnosis away',
    );
  });
  it('are for something to repair', () => {
    const plain = read({ en: shown, ko: shown });
    plain.lesson = { ...plain.lesson, diagnoses: { deaf: /a/, nobody: /b/ } };
    expect(structure(plain).map((m) => m.text)).toEqual(['diagnoses, and nothing to repair']);
  });
});

it('a command to be changed shows what one begins with, and not the solution', () => {
  const started = read();
  const starter = () => ({ argv: ['trace'], elevated: false });
  started.lesson.steps = started.lesson.steps.map((s) => (s.id === 'look' ? ({ ...s, starter } as Step) : s));
  expect(new Set(structure(started).map((m) => m.text))).toEqual(
    new Set([
      'look: the learner changes the command, and the section shows it finished: {{command}}',
      'look: the section does not show what one begins with: {{starter}}',
    ]),
  );
});
