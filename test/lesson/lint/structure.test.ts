import { describe, expect, it } from 'vitest';
import { FINISHED, ID, write } from '../checkout.ts';
import { structure } from '../../../runner/lesson/lint/structure.ts';
import { read, swap, withStep } from './reading.ts';

const said = (of: Parameters<typeof structure>[0]) =>
  structure(of).map((m) => `${m.file.replace(`lessons/${ID}/`, '')}:${m.line} ${m.text}`);
const HINTS = /### Hints \{#hints\}[\s\S]*?(?=### What)/;

it('a lesson in order', () => {
  expect(structure(read())).toEqual([]);
});

describe('a step', () => {
  it.each([
    ['how-many', { control: { variant: 'twinn' } }, 'how-many: its control twinn is no variant of small: leaker, twin'],
    ['look', { reads: 'system' }, "look: reads system, which the lesson's needs do not name"],
    ['own', { script: 'owm.bt' }, 'own: there is no bpf/owm.bt'],
  ])('%s with %j', (id, change, text) => {
    expect(said(withStep(id, change))).toEqual([`steps.ts:1 ${text}`]);
  });
  it('that predicts has its question in both languages', () => {
    const predict = { unit: 'lines', seen: () => 3 };
    expect(said(withStep('look', { predict }))).toEqual([
      'ko.md:10 look: a prediction without its question: ### … {#predict}',
      'en.md:10 look: a prediction without its question: ### … {#predict}',
    ]);
  });
  it('of a workload that is not there', () => {
    const lost = read();
    lost.lesson.workload = 'nothing';
    expect(() => structure(lost)).toThrow(/ENOENT.*workloads\/nothing/);
  });
});

describe.each(['en', 'ko'] as const)('sections of %s.md', (lang) => {
  const of = (change: (text: string) => string) => said(read({ [lang]: change }));

  it.each<[string, (text: string) => string, string[]]>([
    ['one is missing', swap(/## How many \{#how-many\}[\s\S]*(?=## Your own)/, ''), ['1 no section for step how-many']],
    [
      'one is too many',
      swap('## What you take', '## More {#more}\n\n## What you take'),
      ['78 a section for a step that is not in steps.ts: more'],
    ],
    [
      'one is called otherwise',
      swap('{#look}', '{#lok}'),
      ['1 no section for step look', '10 a section for a step that is not in steps.ts: lok'],
    ],
    ['no introduction', swap('Introduction to {{pid}}.', ''), ['1 no introduction before the first section']],
    ['no recap', swap(/## What you take with you[\s\S]*/, ''), ['1 no closing section {#recap}']],
    ['an empty recap', swap('That was {{period}} of your time.', ''), ['1 no closing section {#recap}']],
    ['an empty section', swap('How many were there?', ''), ['34 how-many: the section is empty']],
    ['nothing after', swap('Seen.', ''), ['10 look: nothing is said once it has passed: ### … {#after}']],
    [
      'no hints',
      swap(HINTS, ''),
      ['10 look: 0 hints, and there are 3 levels', '10 look: the last hint is the command: {{command}}'],
    ],
    [
      'hints that are no ordered list',
      swap(HINTS, '### Hints {#hints}\n\n- Look: {{command}}\n\n'),
      ['10 look: 0 hints, and there are 3 levels', '10 look: the last hint is the command: {{command}}'],
    ],
    [
      'a question to predict that no step declares',
      swap('### Hints', '### Before you run it {#predict}\n\nHow many?\n\n### Hints'),
      ['10 look: a question to predict, and the step declares none: {#predict}'],
    ],
    ['a fourth hint', swap('1. Look.', '1. Look.\n2. Look closer.'), ['10 look: 4 hints, and there are 3 levels']],
    ['an empty hint', swap('2. There.', '2. \n'), ['10 look: an empty hint']],
    [
      'a last hint without the command',
      swap(/It is:\n\n {3}```sh\n {3}\{\{command\}\}\n {3}```/, 'You know it.'),
      ['10 look: the last hint is the command: {{command}}'],
    ],
    [
      'a section without the command',
      swap('```sh\n{{command}}\n```', ''),
      ['10 look: the section does not show its command: {{command}}'],
    ],
    ['a placeholder in a hint', swap('1. Look.', '1. Look at {{pids}}.'), ['10 look: no such placeholder: {{pids}}']],
    ['a placeholder in the text after', swap('Seen.', '{{toString}}'), ['10 look: no such placeholder: {{toString}}']],
    ['a placeholder in the introduction', swap('{{pid}}', '{{Pid}}'), ['1 no such placeholder: {{Pid}}']],
    ['a placeholder in the recap', swap('{{period}}', '{{perid}}'), ['1 no such placeholder: {{perid}}']],
    [
      'a script without a starter',
      swap('```bt starter', '```bt'),
      ['52 own: a script step needs a starter: a ```bt starter fence'],
    ],
    [
      'a starter where none is',
      swap('How many were there?', '```bt starter\nBEGIN\n```'),
      ['34 how-many: a starter, but it is no script step'],
    ],
    [
      'a starter that is finished',
      swap('BEGIN { }\n', `\n${FINISHED}\n`),
      ['52 own: the starter is the finished script already'],
    ],
  ])('%s', (_, change, expected) => {
    expect(of(change)).toEqual(expected.map((e) => `${lang}.md:${e}`));
  });

  it('another order than the module’s', () => {
    const changed = read();
    const prose = changed.prose[lang];
    if (prose) prose.steps = new Map([...prose.steps].reverse());
    expect(said(changed)).toEqual([`${lang}.md:1 sections are in another order than steps.ts: look, how-many, own`]);
  });
  it('that could not be read are left to who says so', () => {
    const changed = read();
    changed.prose[lang] = null;
    expect(said(changed)).toEqual([]);
  });
});

it('a starter may begin as the finished script ends', () => {
  write('bpf/own.bt', 'BEGIN { }\nEND { }\n');
  expect(structure(read())).toEqual([]);
});
