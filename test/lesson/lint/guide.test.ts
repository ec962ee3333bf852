import { describe, expect, it } from 'vitest';
import { ID, write } from '../checkout.ts';
import { guide } from '../../../runner/lesson/lint/guide.ts';
import { read, swap, withStep } from './reading.ts';

const carried = (...commands: [id: string, command: string][]) => ({
  guide: commands.map(([id, command]) => ({ id, command, shows: [] })),
});
const said = (...of: ReturnType<typeof read>[]) => guide(of).map((m) => `${m.file}:${m.line} ${m.text}`);
const module = `lessons/${ID}/steps.ts:1`;

describe('the guide', () => {
  it('each command is carried by a step of its lesson; what is only output, or of a later lesson, is not asked for', () => {
    expect(said(read())).toEqual([]);
    expect(said()).toEqual([]);
  });

  it.each([
    ['carried by nobody', {}, [`lessons/guide.yaml:1 no step of ${ID} carries all`]],
    [
      'of another name',
      carried(['all', 'trace-all'], ['every', 'trace-all']),
      [`${module} look: every is no command in lessons/guide.yaml`],
    ],
    [
      'that is output',
      carried(['all', 'trace-all'], ['said', 'trace-all']),
      [`${module} look: said is no command in lessons/guide.yaml`],
    ],
    [
      'of another lesson',
      carried(['all', 'trace-all'], ['later', 'trace-all']),
      [`${module} look: later belongs to 99-later, as lessons/guide.yaml says`],
    ],
    ['carried twice', carried(['all', 'trace-all'], ['all', 'trace-all']), [`${module} look: all is carried twice`]],
  ])('a command %s', (_, change, expected) => {
    expect(said(withStep('look', { guide: undefined, ...change }))).toEqual(expected);
  });

  it('a command that was mended, in the module or in a language', () => {
    expect(said(withStep('look', carried(['all', 'trace-all -v'])))).toEqual([
      `${module} look: all is not as written in the guide`,
      `lessons/${ID}/ko.md:10 look: does not show the guide's command all`,
      `lessons/${ID}/en.md:10 look: does not show the guide's command all`,
    ]);
    expect(said(read({ ko: swap('trace-all', 'trace all') }))).toEqual([
      `lessons/${ID}/ko.md:10 look: does not show the guide's command all`,
    ]);
  });

  it('a command may do one thing here and another there: carried once an environment, shown where it is typed', () => {
    const twice = (...where: (string[] | undefined)[]) => ({
      guide: where.map((environments) => ({
        id: 'all',
        command: 'trace-all',
        shows: [],
        ...(environments ? { in: environments } : {}),
      })),
    });
    expect(said(withStep('look', twice(undefined, ['kind', 'cluster'])))).toEqual([]);
    expect(said(withStep('look', twice(['kind'], ['kind', 'cluster'])))).toEqual([
      `${module} look: all is carried twice`,
    ]);
    expect(said(withStep('look', twice(['host', 'kind'], undefined)))).toEqual([
      `${module} look: all is carried twice`,
    ]);
    const only = (environments: string) =>
      swap('```sh guide\ntrace-all', `<!-- only ${environments} -->\n\`\`\`sh guide\ntrace-all`);
    const shown = (environments: string) => (text: string) =>
      swap('\n```\n\n```sh\n{{command}}', '\n```\n<!-- end -->\n\n```sh\n{{command}}')(only(environments)(text));
    const inTexts = (environments: string, ...where: (string[] | undefined)[]) => ({
      ...read({ en: shown(environments), ko: shown(environments) }),
      lesson: withStep('look', twice(...where)).lesson,
    });
    const missing = ['ko', 'en'].map(
      (lang) => `lessons/${ID}/${lang}.md:10 look: does not show the guide's command all`,
    );
    expect(said(inTexts('kind cluster', ['kind']))).toEqual([]);
    expect(said(inTexts('kind cluster', undefined))).toEqual(missing);
    expect(said(inTexts('host', ['kind']))).toEqual(missing);
    expect(said(inTexts('host', undefined))).toEqual([]);
  });

  it('a command may be shown after the step, and indented otherwise', () => {
    write('lessons/guide.yaml', `- id: all\n  lesson: ${ID}\n  command: |\n    trace '\n        a \n    '\n`);
    const shown = (t: string) => swap('Seen.', "```sh guide\ntrace '\n  a\n'\n```")(t);
    const of = withStep('look', carried(['all', "trace '\na\n'"]));
    expect(said(of)).toHaveLength(2);
    expect(said({ ...of, everywhere: read({ en: shown, ko: shown }).everywhere })).toEqual([]);
  });

  it('a command may stand at the end of its lesson', () => {
    const moved = (t: string) =>
      swap('That was', '```sh guide\ntrace-all\n```\n\nThat was')(swap(/```sh guide\ntrace-all.*\n```\n/, '')(t));
    expect(said(read({ en: moved, ko: moved }))).toEqual([]);
  });

  it('a command never looks like one that is to be run', () => {
    const unmarked = swap('```sh guide', '```sh');
    expect(said(read({ en: unmarked }))).toEqual([
      `lessons/${ID}/en.md:10 look: shows as if it were to be run, with no \`\`\`sh guide, all`,
    ]);
    const again = swap('That was', '```sh\ntrace-all\n```\n\nThat was');
    expect(said(read({ en: again }))).toHaveLength(1);
  });

  it('the line is the block’s own, not that of a longer name before it', () => {
    write(
      'lessons/guide.yaml',
      `- { id: all-of-them, lesson: 99-later, command: x }\n# - id: all\n- { id: all, lesson: ${ID}, command: trace-all }\n`,
    );
    expect(said(withStep('look', { guide: undefined }))).toEqual([`lessons/guide.yaml:3 no step of ${ID} carries all`]);
  });

  it('two blocks of one id would hide one', () => {
    write(
      'lessons/guide.yaml',
      `- { id: all, lesson: ${ID}, command: trace-all }\n- { id: all, lesson: ${ID}, command: trace-more }\n`,
    );
    expect(said(read())).toEqual(['lessons/guide.yaml:2 two blocks are called all']);
  });

  it.each([
    ['a key that is misspelt', `- { id: all, leson: ${ID}, command: x }\n`],
    ['neither command nor output', `- { id: all, lesson: ${ID} }\n`],
    ['both', `- { id: all, lesson: ${ID}, command: x, output: x }\n`],
    ['an empty command', `- { id: all, lesson: ${ID}, command: "" }\n`],
    ['no list', 'all: x\n'],
  ])('an inventory with %s', (_, text) => {
    write('lessons/guide.yaml', text);
    expect(guide([read()])).toEqual([
      { file: 'lessons/guide.yaml', line: expect.any(Number), text: expect.stringMatching(/./) },
    ]);
  });
});
